import { expect, test } from 'vitest';
import { withDigits, withoutLast } from './typing.ts';

test('digits go after the amount, and a key of three noughts makes thousands', () => {
  expect(withDigits(0, '5')).toBe(500);
  expect(withDigits(500, '000')).toBe(500_000);
  expect(withDigits(0, '000')).toBe(0);
});

test('who leans on the pad does not take a hundred million', () => {
  expect(withDigits(9_000_000_000, '0')).toBe(9_000_000_000);
});

test('the last digit is taken back until nothing is left', () => {
  expect(withoutLast(5_000)).toBe(500);
  expect(withoutLast(500)).toBe(0);
  expect(withoutLast(0)).toBe(0);
});
