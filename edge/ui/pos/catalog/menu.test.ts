import { expect, test } from 'vitest';
import type { Stockout } from '$ui/api/types.ts';
import { asksFirst, hasOptions, isSold, menuOf, popularFirst, priceOf, todayOf } from './menu.ts';
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

const NOON = Date.parse('2026-11-22T12:00:00-05:00');
const out = (what: Partial<Stockout>): Stockout =>
  ({ product: null, modifier: null, name: '', left: 0, until: null, reason: null, since: '2026-11-22T11:00:00-05:00', ...what });

test('what ran out is off for today, and so is a modifier wherever it is; what is counted is sold while there is some', () => {
  const { today } = todayOf([out({ product: 'perro' }), out({ modifier: 'uva' }), out({ product: 'agua', left: 2 })], NOON);
  const left = menuOf(catalog, today);
  expect(['perro', 'agua', 'gaseosa'].map((sku) => isSold(left, sku))).toEqual([false, true, true]);
  const flavours = left.products.get('gaseosa')?.modifier_groups?.[0]?.modifiers;
  expect(flavours?.map(({ sku, active }) => [sku, active !== false])).toEqual([['cola', true], ['uva', false]]);
  expect(today.products.get('agua')?.left).toBe(2);
  expect(isSold(menuOf(catalog), 'perro')).toBe(true);
});

test('what is out until a time is back at that time, and the next time is known', () => {
  const list = [out({ product: 'perro', until: '2026-11-22T12:00:00-05:00' }), out({ product: 'agua', until: '2026-11-22T14:00:00-05:00' })];
  expect([...todayOf(list, NOON - 1).today.products.keys()]).toEqual(['perro', 'agua']);
  expect(todayOf(list, NOON - 1).until).toBe(NOON);
  expect([...todayOf(list, NOON).today.products.keys()]).toEqual(['agua']);
  expect(todayOf([], NOON).until).toBeNull();
});
