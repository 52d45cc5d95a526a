import { expect, test } from 'vitest';
import { asksFirst, hasOptions, isSold, menuOf, popularFirst, priceOf } from './menu.ts';
import { catalog, menu, product } from './sample.fake.ts';

test('a price is that of the type of order, and who eats at the counter pays what tables pay', () => {
  expect(priceOf(product('perro'), 'delivery')).toBe(1_300_000);
  expect(priceOf(product('perro'), 'dine_in')).toBe(1_200_000);
  expect(priceOf({ ...product('perro'), prices: { dine_in: 1 } }, 'counter')).toBe(1);
});

test('only what has something to choose asks before it is added', () => {
  expect(['perro', 'agua', 'gaseosa', 'combo'].map((sku) => asksFirst(product(sku)))).toEqual([false, false, true, true]);
  expect(['perro', 'agua', 'combo'].map((sku) => hasOptions(product(sku)))).toEqual([true, false, true]);
});

test('what is inactive, in a closed category or unknown is not sold', () => {
  expect(['perro', 'choriperro', 'viejo', 'x'].map((sku) => isSold(menu, sku))).toEqual([true, false, false, false]);
  expect(menuOf(catalog).categories.map(({ id }) => id)).not.toContain('viejo');
});

test('the most sold come first and the first of each category fill up', () => {
  expect(popularFirst(menu, ['agua', 'gone'], 4).map(({ sku }) => sku)).toEqual(['agua', 'perro', 'combo', 'choriperro']);
  expect(popularFirst(menu, [], 2)).toHaveLength(2);
});
