import { expect, test } from 'vitest';
import { percentOf, permilleOf } from './percent.ts';

test('a rate is written with a comma, read with a comma or a point, and comes back', () => {
  for (const [text, permille] of [['8', 80], ['19', 190], ['0', 0], ['19,5', 195], ['100', 1_000]] as const) {
    expect(permilleOf(text)).toBe(permille);
    expect(percentOf(permille)).toBe(text);
  }
  expect(permilleOf('19.5')).toBe(195);
});

test('what is no rate is none', () => {
  for (const text of ['', 'ocho', '101', '-8', '8,25', '8 %']) expect(permilleOf(text), text).toBeNull();
});
