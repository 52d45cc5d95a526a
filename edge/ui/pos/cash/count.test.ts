import { expect, test } from 'vitest';
import { COINS, NOTES, rowsOf, sumOf, withCount, withDigit, withoutLastDigit, type Counted } from './count.ts';

const nothing: Counted = new Map();

test('the notes and coins of Colombia are there, the largest first', () => {
  const all = [...NOTES, ...COINS];
  expect(all.map((value) => value / 100)).toEqual([100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50]);
});

test('what was counted adds up, and goes to the box as rows', () => {
  const counted = withCount(withCount(nothing, 200_000, 4), 5_000_000, 3);
  expect(sumOf(counted)).toBe(15_800_000);
  expect(rowsOf(counted)).toEqual([{ value: 5_000_000, count: 3 }, { value: 200_000, count: 4 }]);
});

test('a count is typed digit by digit and taken back', () => {
  const typed = withDigit(withDigit(nothing, 50_000, '1'), 50_000, '2');
  expect(typed.get(50_000)).toBe(12);
  expect(withoutLastDigit(typed, 50_000).get(50_000)).toBe(1);
  expect(withoutLastDigit(withoutLastDigit(typed, 50_000), 50_000).size).toBe(0);
});

test('none of a note is no row, and nobody counts ten thousand of one', () => {
  expect(withCount(withCount(nothing, 5_000, 2), 5_000, 0).size).toBe(0);
  expect(withDigit(withCount(nothing, 5_000, 9_999), 5_000, '9').get(5_000)).toBe(9_999);
});
