import { expect, test } from 'vitest';
import { standingOf } from './standing.ts';

const NOW = Date.parse('2026-11-22T13:30:00-05:00');
const order = (created_at: string, bill_printed_at: string | null = null) => ({ created_at, bill_printed_at });

test('a table is free, taken, wants to pay, or has sat for long', () => {
  expect(standingOf([], NOW)).toBe('free');
  expect(standingOf([order('2026-11-22T13:00:00-05:00')], NOW)).toBe('taken');
  expect(standingOf([order('2026-11-22T11:59:00-05:00')], NOW)).toBe('late');
});

test('who asked for the bill is seen before who sits for long', () => {
  const both = [order('2026-11-22T11:00:00-05:00'), order('2026-11-22T13:00:00-05:00', '2026-11-22T13:20:00-05:00')];
  expect(standingOf(both, NOW)).toBe('bill');
});
