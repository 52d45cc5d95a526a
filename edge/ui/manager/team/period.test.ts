import { expect, test } from 'vitest';
import { daysOf } from './period.ts';

test('a week begins on Monday, also seen from a Sunday', () => {
  expect(daysOf('week', '2026-11-22', 0)).toEqual({ from: '2026-11-16', to: '2026-11-22' });
  expect(daysOf('week', '2026-11-23', 1)).toEqual({ from: '2026-11-16', to: '2026-11-22' });
});

test('wages are of half a month, however long it is', () => {
  expect(daysOf('fortnight', '2026-11-22', 0)).toEqual({ from: '2026-11-16', to: '2026-11-30' });
  expect(daysOf('fortnight', '2026-11-22', 1)).toEqual({ from: '2026-11-01', to: '2026-11-15' });
  expect(daysOf('fortnight', '2027-01-03', 1)).toEqual({ from: '2026-12-16', to: '2026-12-31' });
  expect(daysOf('fortnight', '2028-03-01', 1)).toEqual({ from: '2028-02-16', to: '2028-02-29' });
});

test('a day is itself, and the ones before it', () => {
  expect(daysOf('day', '2026-11-01', 1)).toEqual({ from: '2026-10-31', to: '2026-10-31' });
});
