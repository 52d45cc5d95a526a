import { expect, test } from 'vitest';
import { menu } from '../catalog/sample.fake.ts';
import { againOf } from './again.ts';
import { isEnough, isPhone } from './customers.svelte.ts';

const past = { id: 'o', number: 'D-0042', type: 'delivery' as const, created_at: '2026-11-22T13:30:00-05:00', total: 1, delivery_address: null, words: [] };

test('what was had becomes lines of the cart, a combo with its parts', () => {
  const again = [
    { product: 'gaseosa', quantity: 2, modifiers: ['uva'], choices: [] },
    { product: 'combo', quantity: 1, modifiers: [], choices: [{ slot: 'bebida', product: 'agua', modifiers: [] }] },
  ];
  expect(againOf(menu, { ...past, again, missing: [] })).toEqual({
    lines: [
      { sku: 'gaseosa', quantity: 2, modifiers: ['uva'], parts: [] },
      { sku: 'combo', quantity: 1, modifiers: [], parts: [{ slot: 'bebida', product: 'agua', modifiers: [] }] },
    ],
    missing: [],
  });
});

test('what is off today is left out and named with what the menu has no more', () => {
  const again = [{ product: 'choriperro', quantity: 1, modifiers: [], choices: [] }, { product: 'agua', quantity: 1, modifiers: [], choices: [] }];
  const { lines, missing } = againOf(menu, { ...past, again, missing: ['Jugo'] });
  expect(lines.map(({ sku }) => sku)).toEqual(['agua']);
  expect(missing).toEqual(['Jugo', 'Choriperro']);
});

test('a lookup begins with four digits or three letters, and a number that is kept has seven', () => {
  expect(['456', '4567', 'An', 'Ana', '300 1'].map(isEnough)).toEqual([false, true, false, true, true]);
  expect(['300 123 4567', '+57 (300) 123-4567', '123456', '300-CALL'].map(isPhone)).toEqual([true, true, false, false]);
});
