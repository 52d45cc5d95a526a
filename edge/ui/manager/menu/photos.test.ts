import { expect, test } from 'vitest';
import { goesAsItIs, isPictured, picturesOf, renamed } from './photos.ts';
import type { Catalog } from '$ui/api/types.ts';

const product = (sku: string, picture?: string) => ({ sku, name: sku, price: 1, tax: [], station: 'grill', ...(picture === undefined ? {} : { picture }) });
const menu: Catalog = { currency: 'COP', taxes: [], stations: [{ id: 'grill', name: 'Plancha' }], categories: [{ id: 'a', name: 'A', products: [product('uno', 'aa'), product('dos'), product('tres', 'bb')] }, { id: 'b', name: 'B', products: [product('otro', 'aa')] }] };

test('what the box reads goes as it is, what is too large or of another shape is made smaller first', () => {
  expect(goesAsItIs({ size: 5 * 1024 * 1024, type: 'image/png' })).toBe(true);
  expect(goesAsItIs({ size: 5 * 1024 * 1024 + 1, type: 'image/jpeg' })).toBe(false);
  expect(goesAsItIs({ size: 1_000, type: 'image/heic' })).toBe(false);
});

test('each picture of a menu is taken along once', () => {
  expect(picturesOf(menu)).toEqual(['aa', 'bb']);
});

test('a menu of elsewhere names its pictures as they are called here, and what did not come is left out', () => {
  const here = renamed(menu, new Map([['aa', 'cc']]));
  expect(here.categories.flatMap(({ products }) => products.map(({ picture }) => picture))).toEqual(['cc', undefined, undefined, 'cc']);
  expect('picture' in (here.categories[0]?.products[2] ?? {})).toBe(false);
  expect(picturesOf(menu)).toEqual(['aa', 'bb']);
});

test('only a file with photos in it is taken for one', () => {
  expect(isPictured({ ...menu, pictures: { aa: 'data:image/jpeg;base64,AAAA' } })).toBe(true);
  expect(isPictured(menu)).toBe(false);
  expect(isPictured({ ...menu, pictures: { aa: 'https://evil.example/x.jpg' } })).toBe(false);
  expect(isPictured({ pictures: {}, categories: [7] })).toBe(false);
});
