import { expect, test } from 'vitest';
import { menu, product } from '../catalog/sample.fake.ts';
import { countOf, emptyCart, missingIn, roughTotal, roughUnit, unitsOf, withLine, withQuantity, withWanted, type Cart, type Wanted } from './cart.ts';

let ids = 0;
const plain = (sku: string, quantity = 1): Wanted => ({ sku, quantity, modifiers: [], parts: [] });
const add = (cart: Cart, wanted: Wanted) => withWanted(cart, wanted, product(wanted.sku), `line-${(ids += 1)}`)[0];

test('the same again is one more of the line', () => {
  const cart = add(add(emptyCart(), plain('agua')), plain('agua'));
  expect(cart.lines.map(({ quantity }) => quantity)).toEqual([2]);
});

test('modifiers in another order are the same, other ones are another line', () => {
  const one = add(emptyCart(), { ...plain('perro'), modifiers: ['sin-cebolla', 'sin-queso'] });
  const two = add(one, { ...plain('perro'), modifiers: ['sin-queso', 'sin-cebolla'] });
  expect(two.lines).toHaveLength(1);
  expect(add(two, plain('perro')).lines).toHaveLength(2);
});

test('a line with a note stays by itself', () => {
  const cart = add(emptyCart(), plain('agua'));
  const noted = withLine(cart, cart.lines[0]?.id ?? '', { notes: 'sin hielo' });
  expect(add(noted, plain('agua')).lines).toHaveLength(2);
});

test('the same combo with another choice is another line', () => {
  const parts = [{ slot: 'bebida', product: 'agua', modifiers: [] }];
  const cart = add(add(emptyCart(), { ...plain('combo'), parts }), { ...plain('combo'), parts: [{ ...parts[0]!, product: 'gaseosa' }] });
  expect(cart.lines).toHaveLength(2);
});

test('none left takes the line away', () => {
  const cart = add(emptyCart(), plain('agua'));
  expect(withQuantity(cart, cart.lines[0]?.id ?? '', 0).lines).toEqual([]);
});

test('a tile counts all lines of its product', () => {
  const cart = add(add(add(emptyCart(), plain('perro', 2)), { ...plain('perro'), modifiers: ['sin-queso'] }), plain('agua'));
  expect(countOf(cart, 'perro')).toBe(3);
  expect(unitsOf(cart)).toBe(4);
});

test('the rough price follows the type of order, the modifiers and the parts', () => {
  expect(roughUnit(menu, { sku: 'perro', modifiers: [], parts: [] }, 'delivery')).toBe(1_300_000);
  expect(roughUnit(menu, { sku: 'combo', modifiers: [], parts: [{ slot: 'bebida', product: 'gaseosa', modifiers: ['uva'] }] }, 'counter')).toBe(3_150_000);
  expect(roughTotal(menu, add(add(emptyCart(), plain('agua', 2)), plain('perro')))).toBe(2_000_000);
});

test('a table order needs a table and a delivery an address', () => {
  expect(missingIn(emptyCart('dine_in'))).toBe('table');
  expect(missingIn({ ...emptyCart('dine_in'), table: '7' })).toBeNull();
  expect(missingIn({ ...emptyCart('delivery'), address: ' ' })).toBe('address');
  expect(missingIn(emptyCart('takeaway'))).toBeNull();
});
