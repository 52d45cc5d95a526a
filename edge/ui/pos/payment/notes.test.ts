import { expect, test } from 'vitest';
import { notesAbove, proposedTip } from './notes.ts';

const pesos = (amount: number) => amount * 100;

test.each([
  [18_500, [20_000, 50_000, 100_000]],
  [110_550, [120_000, 150_000, 200_000]],
  [42_000, [50_000, 60_000, 100_000]],
  [20_000, [50_000, 100_000]],
  [8_000, [10_000, 20_000, 50_000]],
  [3_500, [4_000, 5_000, 10_000]],
])('for $ %i one hands over %j', (due, notes) => {
  expect(notesAbove(pesos(due))).toEqual(notes.map(pesos));
});

test('ten per cent is of what was eaten, before taxes, in whole pesos', () => {
  expect(proposedTip({ total: pesos(108_000), tax: pesos(8_000) }, 100)).toBe(pesos(10_000));
  expect(proposedTip({ total: 1_234_500, tax: 0 }, 100)).toBe(123_500);
});
