import { expect, test } from 'vitest';
import type { Order } from '$ui/api/types.ts';
import { sidesOf, staysMsOf } from './called.ts';

const NOON = Date.parse('2026-11-22T12:00:00-05:00');
const STAYS = 20 * 60_000;
const order = (number: string, what: Partial<Order>) =>
  ({ id: number, number, type: 'takeaway', table: null, status: 'preparing', created_at: '2026-11-22T11:50:00-05:00', reached: {}, ...what }) as Order;
const numbers = (orders: Order[], now = NOON) => {
  const { preparing, ready } = sidesOf(orders, now, STAYS);
  return [preparing, ready].map((side) => side.map(({ number }) => number));
};

test('what is being made stands in the order it was taken, what is ready with the newest first', () => {
  expect(numbers([
    order('L-0002', { created_at: '2026-11-22T11:55:00-05:00', status: 'accepted' }),
    order('L-0001', {}),
    order('L-0003', { status: 'ready', reached: { ready: '2026-11-22T11:58:00-05:00' } }),
    order('L-0004', { status: 'ready', reached: { ready: '2026-11-22T11:59:00-05:00' } }),
  ])).toEqual([['L-0001', 'L-0002'], ['L-0004', 'L-0003']]);
});

test('who sits at a table, waits at home or has got it is not called', () => {
  expect(numbers([
    order('M-0001', { type: 'dine_in', table: '4' }),
    order('D-0001', { type: 'delivery' }),
    order('L-0001', { status: 'served' }),
    order('L-0002', { status: 'cancelled' }),
    order('M-0002', { type: 'dine_in' }),
  ])).toEqual([['M-0002'], []]);
});

test('a ready number leaves when it was called for long enough', () => {
  const called = [order('L-0001', { status: 'ready', reached: { ready: '2026-11-22T11:40:00-05:00' } })];
  expect(numbers(called, NOON - 1)[1]).toEqual(['L-0001']);
  expect(numbers(called, NOON)[1]).toEqual([]);
});

test.each([['', 20], ['?minutes=5', 5], ['?minutes=0', 20], ['?minutes=x', 20], ['?minutes=999', 20]])('the address %j lets numbers stay %i minutes', (search, minutes) => {
  expect(staysMsOf(search)).toBe(minutes * 60_000);
});
