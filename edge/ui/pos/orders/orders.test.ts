import { expect, test } from 'vitest';
import type { Order, OrderLine } from '$ui/api/types.ts';
import { changesBetween } from './changes.ts';
import { matches, newestFirst } from './matching.ts';
import { isGoingOn, isOpen, nextStep, permissionFor } from './stages.ts';

const line = (id: string, change: Partial<OrderLine> = {}): OrderLine => ({
  id, product: 'p', name: id, quantity: 1, unit_price: 0, modifiers: [], notes: null, subtotal: 0, discount: 0, tax: 0, total: 0, taxes: [], stations: [], course: null, fire: { status: 'at_once' }, status: 'open', ...change,
});
const order = (change: Partial<Order> = {}): Order => ({
  id: 'o', number: 'L-0042', consecutive: 'C-1', type: 'takeaway', channel: 'pos', status: 'accepted', version: 1, currency: 'COP', table: null, external_number: null, scheduled_for: null, customer: null,
  delivery_address: null, notes: null, subtotal: 0, discount: 0, tax: 0, tip: 0, total: 0, lines: [line('Agua')], estimated_ready_at: '', business_day: '',
  created_at: '2026-11-22T12:00:00-05:00', reached: {}, paid: 0, due: 0, refunded: 0, payment: 'unpaid', closed: false, receipt: null, closed_at: null,
  payments: [], discounts: [], split: null, fiscal_number: null, bill_printed_at: null, ...change,
});

test('an order has one next step, and what is delivered goes by the rider', () => {
  expect(nextStep(order({ status: 'received' }))).toBe('accepted');
  expect(nextStep(order({ status: 'ready' }))).toBe('served');
  expect(nextStep(order({ status: 'ready', type: 'delivery' }))).toBe('on_the_way');
  expect(nextStep(order({ status: 'on_the_way', type: 'delivery' }))).toBe('delivered');
  expect(nextStep(order({ status: 'cancelled' }))).toBeNull();
  expect([permissionFor('accepted'), permissionFor('ready')]).toEqual(['orders.accept', 'orders.advance']);
  expect([isGoingOn(order()), isGoingOn(order({ status: 'served' }))]).toEqual([true, false]);
  expect([isOpen(order({ status: 'served' })), isOpen(order({ status: 'served', closed: true }))]).toEqual([true, false]);
});

test('an order is found by number, table or guest', () => {
  const one = order({ table: 'Terraza 2', customer: { id: null, name: 'Ána Lucía', phone: '300 123' } });
  expect(['42', 'l-0042', 'terraza', 'ana', '300', ''].map((typed) => matches(one, typed))).toEqual(Array(6).fill(true));
  expect(matches(one, 'jorge')).toBe(false);
});

test('the newest order comes first', () => {
  const later = order({ id: 'later', created_at: '2026-11-22T12:05:00-05:00' });
  expect(newestFirst([order(), later]).map(({ id }) => id)).toEqual(['later', 'o']);
});

test('what somebody else changed is told', () => {
  const after = order({ version: 3, status: 'ready', lines: [line('Agua', { status: 'voided' }), line('Combo', { quantity: 2 }), line('Part', { part_of: 'Combo' })] });
  expect(changesBetween(order(), after)).toEqual([{ kind: 'status', to: 'ready' }, { kind: 'added', count: 2 }, { kind: 'voided', names: ['Agua'] }]);
  expect(changesBetween(order(), order())).toEqual([]);
  expect(changesBetween(order(), order({ version: 2 }))).toEqual([{ kind: 'other' }]);
});
