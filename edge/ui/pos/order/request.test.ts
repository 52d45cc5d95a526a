import { expect, test } from 'vitest';
import { emptyCart, type CartLine } from './cart.ts';
import { orderOf } from './request.ts';

const line = (change: Partial<CartLine>): CartLine => ({ id: 'l', sku: 'agua', name: 'Agua', quantity: 1, modifiers: [], parts: [], notes: '', course: 0, ...change });

test('only what says something is sent', () => {
  expect(orderOf({ ...emptyCart(), lines: [line({})] })).toEqual({
    type: 'dine_in', channel: 'pos', lines: [{ product: 'agua', quantity: 1, modifiers: [] }],
  });
});

test('a delivery carries its address, guest and notes, tidied', () => {
  const cart = { ...emptyCart('delivery'), table: '7', address: ' Calle 57 ', customerName: 'Ana', notes: 'Timbre', lines: [line({ notes: ' sin hielo ' })] };
  expect(orderOf(cart)).toEqual({
    type: 'delivery', channel: 'pos', customer: { name: 'Ana' }, delivery: { address: 'Calle 57' }, notes: 'Timbre',
    lines: [{ product: 'agua', quantity: 1, modifiers: [], notes: 'sin hielo' }],
  });
});

test('the table goes with orders for a table, and parts of a combo with their modifiers', () => {
  const parts = [{ slot: 'bebida', product: 'gaseosa', modifiers: ['cola'] }];
  const request = orderOf({ ...emptyCart('dine_in'), table: '7', address: 'Calle', lines: [line({ sku: 'combo', parts })] });
  expect(request.table).toBe('7');
  expect(request.delivery).toBeUndefined();
  expect(request.lines[0]?.choices).toEqual(parts);
});
