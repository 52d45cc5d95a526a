import { expect, test } from 'vitest';
import { byNeed, isLate } from './late.ts';

const order = (id: string, status: 'accepted' | 'ready' | 'served', ready: string, created = '12:00') => ({
  id, status, estimated_ready_at: `2026-11-22T${ready}:00-05:00`, created_at: `2026-11-22T${created}:00-05:00`,
});
const now = Date.parse('2026-11-22T12:30:00-05:00');

test('an order is late when it should be ready and is not', () => {
  expect(isLate(order('a', 'accepted', '12:20'), now)).toBe(true);
  expect(isLate(order('a', 'accepted', '12:40'), now)).toBe(false);
  expect(isLate(order('a', 'ready', '12:20'), now)).toBe(false);
});

test('the late ones come first, then the oldest', () => {
  const all = [order('younger', 'accepted', '12:40', '12:10'), order('older', 'accepted', '12:40', '12:05'), order('late', 'accepted', '12:29', '12:20')];
  expect(byNeed(all, now).map(({ id }) => id)).toEqual(['late', 'older', 'younger']);
});
