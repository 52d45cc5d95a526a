import { expect, test } from 'vitest';
import { menu } from './sample.fake.ts';
import { folded, found, withCode } from './search.ts';

const skus = (typed: string) => found(menu.products.values(), typed).map(({ sku }) => sku);

test('accents, signs and capitals do not matter', () => {
  expect(folded('Súper  Perro «La Ñapa»')).toBe('super perro la napa');
  expect(skus('SÚPER')).toEqual(['perro']);
  expect(skus('super')).toEqual(['perro']);
});

test('letters count anywhere in the name, and what begins with them comes first', () => {
  expect(skus('perro')).toEqual(['perro', 'choriperro']);
  expect(skus('ga')).toEqual(['gaseosa']);
  expect(skus('aseos')).toEqual(['gaseosa']);
  expect(skus('par com')).toEqual(['combo']);
  expect(skus('  ')).toEqual([]);
  expect(skus('zzz')).toEqual([]);
});

test('a sku or a bar code finds its product', () => {
  expect(skus('20000')).toEqual(['perro']);
  expect(withCode(menu.products.values(), '2000000000015')?.sku).toBe('perro');
  expect(withCode(menu.products.values(), 'AGUA')?.sku).toBe('agua');
  expect(withCode(menu.products.values(), '200000000001')).toBeUndefined();
});
