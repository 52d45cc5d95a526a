import { expect, test } from 'vitest';
import { menu } from '../catalog/sample.fake.ts';
import { detailsOf, effectOf } from './told.ts';

test('what is left out, what costs more and what is only another way are told apart', () => {
  expect(effectOf('Sin cebolla', 0)).toBe('without');
  expect(effectOf('No picante', 0)).toBe('without');
  expect(effectOf('Sincero', 0)).toBe('choice');
  expect(effectOf('Tocineta', 350_000)).toBe('extra');
});

test('a part of a combo stands in one line with its modifiers and what it adds', () => {
  const parts = [{ slot: 'bebida', product: 'gaseosa', modifiers: ['uva'] }];
  expect(detailsOf(menu, { sku: 'combo', modifiers: [], parts })).toEqual([{ effect: 'part', name: 'Gaseosa · Uva', adds: 150_000 }]);
});
