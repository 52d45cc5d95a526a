import { expect, test } from 'vitest';
import type { Problem } from '$ui/api/client.ts';
import type { Quote } from '$ui/api/types.ts';
import { EMPTY_MENU } from '../catalog/menu.ts';
import { menu } from '../catalog/sample.fake.ts';
import { emptyCart, type Cart, type CartLine } from './cart.ts';
import { faultsOf, pricedOf, sumsOf } from './quote.ts';

const line = (id: string, sku: string, quantity = 1): CartLine => ({ id, sku, name: sku, quantity, modifiers: [], parts: [], notes: '', course: 0 });
const cart: Cart = { ...emptyCart(), lines: [line('one', 'perro', 2), line('two', 'agua')] };
const quote: Quote = {
  currency: 'COP', subtotal: 2_800_000, discount: 0, tax: 207_407, total: 2_800_000, kitchen_seconds: 540,
  taxes: [{ name: 'INC 8 %', rate_permille: 80, included: true, base: 2_592_593, amount: 207_407 }],
  lines: [{ index: 0, total: 2_400_000 }, { index: 1, total: 400_000 }],
};
const quoted = { quote, ids: ['one', 'two'], priced: pricedOf(cart) };

test('the sums of the box are shown for the cart they were asked for', () => {
  const sums = sumsOf(cart, menu, quoted);
  expect(sums).toMatchObject({ isRough: false, total: 2_800_000, kitchenSeconds: 540 });
  expect([...sums.lines]).toEqual([['one', 2_400_000], ['two', 400_000]]);
});

test('a note changes no price, another quantity makes the sums rough', () => {
  const noted = { ...cart, notes: 'x', lines: cart.lines.map((each) => ({ ...each, notes: 'y' })) };
  expect(sumsOf(noted, menu, quoted).isRough).toBe(false);
  const more = { ...cart, lines: [line('one', 'perro', 3), line('two', 'agua')] };
  expect(sumsOf(more, menu, quoted)).toMatchObject({ isRough: true, total: 4_000_000, kitchenSeconds: 540 });
  expect(sumsOf(cart, menu, null)).toMatchObject({ isRough: true, total: 2_800_000, kitchenSeconds: null });
});

test('a refusal marks the line at its place, also when a part of it is at fault', () => {
  const errors = [{ field: 'lines[1].choices[0].modifiers', code: 'modifier.missing', detail: '' }];
  const problem: Problem = { code: 'modifier.missing', message: '', status: 422, errors };
  expect([...faultsOf(cart, menu, { problem, ids: ['one', 'two'] })]).toEqual([['two', 'modifier.missing']]);
});

test('what left the menu is marked without asking, unless there is no menu yet', () => {
  const gone: Cart = { ...emptyCart(), lines: [line('one', 'choriperro'), line('two', 'agua')] };
  expect([...faultsOf(gone, menu, null)]).toEqual([['one', 'product.unavailable']]);
  expect(faultsOf(gone, EMPTY_MENU, null).size).toBe(0);
});
