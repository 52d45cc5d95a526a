import { beforeEach, expect, test, vi } from 'vitest';
import { emptyCart } from './cart.ts';
import { keep, kept } from './kept.ts';

let stored: Record<string, string>;

beforeEach(() => {
  stored = {};
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored[key] ?? null, setItem: (key: string, value: string) => { stored[key] = value; } });
});

test('a cart and the request on its way survive a reload', () => {
  const all = { draft: { ...emptyCart('delivery'), address: 'Calle 57' }, addition: null, pending: { key: 'k', path: 'orders', body: { lines: [] }, madeAt: 1 } };
  keep(all);
  expect(kept()).toEqual(all);
});

test('nothing kept, or something else, is an empty cart', () => {
  expect(kept().draft).toEqual(emptyCart());
  stored['comanda.pos.cart.1'] = '{"draft":{"lines":[{"sku":1}]}}';
  expect(kept().draft).toEqual(emptyCart());
  stored['comanda.pos.cart.1'] = 'not json';
  expect(kept().pending).toBeNull();
});
