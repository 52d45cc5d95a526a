import { expect, test } from 'vitest';
import type { Catalog, Product, Tax } from '$ui/api/types.ts';
import { beginning, keyOf, moveCategory, putCategory, putProduct, putTax, removeCategory, removeProduct, removeTax, skusOf, taxedBy } from './edits.ts';

const coffee: Product = { sku: 'tinto', name: 'Tinto', price: 250_000, tax: 'inc-8', station: 'barra' };

function file(): Catalog {
  const begun = beginning('Barra', 'Bebidas', 'Impoconsumo 8 %');
  return { ...begun, categories: [...begun.categories, { id: 'postres', name: 'Postres', products: [] }] };
}

test('a name becomes a key without accents, and another one when it is taken', () => {
  expect(keyOf('Limonada de coco ¡grande!', new Set())).toBe('limonada-de-coco-grande');
  expect(keyOf('Ñame', new Set(['name']))).toBe('name-2');
  expect(keyOf('¡!', new Set())).toBe('sin-nombre');
});

test('a product is put in, changed where it stands, and moved to another category', () => {
  const withCoffee = putProduct(coffee, 'bebidas', null)(file());
  if (withCoffee === null) throw new Error('it was not put in');
  expect(skusOf(withCoffee)).toEqual(new Set(['tinto']));
  const dearer = putProduct({ ...coffee, price: 300_000 }, 'bebidas', coffee)(withCoffee);
  expect(dearer?.categories[0]?.products[0]?.price).toBe(300_000);
  const moved = putProduct(coffee, 'postres', coffee)(withCoffee);
  expect(moved?.categories.map(({ products }) => products.length)).toEqual([0, 1]);
  expect(removeProduct(coffee)(withCoffee)?.categories[0]?.products).toEqual([]);
});

test('what somebody else changed meanwhile is not written over', () => {
  const changed = putProduct({ ...coffee, price: 300_000 }, 'bebidas', null)(file());
  if (changed === null) throw new Error('it was not put in');
  expect(putProduct({ ...coffee, name: 'Café' }, 'bebidas', coffee)(changed)).toBeNull();
  expect(putProduct(coffee, 'bebidas', null)(changed)).toBeNull();
  expect(removeProduct(coffee)(changed)).toBeNull();
});

test('a category is added, moved, and removed only while it is empty', () => {
  const three = putCategory({ id: 'entradas', name: 'Entradas' })(file());
  if (three === null) throw new Error('it was not added');
  expect(moveCategory('entradas', -1)(three)?.categories.map(({ id }) => id)).toEqual(['bebidas', 'entradas', 'postres']);
  expect(moveCategory('bebidas', -1)(three)).toBeNull();
  expect(removeCategory('postres')(three)?.categories.length).toBe(2);
  const full = putProduct(coffee, 'postres', null)(three);
  expect(full === null ? undefined : removeCategory('postres')(full)).toBeNull();
});

test('a tax is added, changed where it stands, and goes only while no product has it', () => {
  const service: Tax = { id: 'servicio', name: 'Servicio', permille: 50, included: false };
  const withService = putTax(service, null)(file());
  if (withService === null) throw new Error('it was not put in');
  expect(withService.taxes.map(({ id }) => id)).toEqual(['inc-8', 'servicio']);
  expect(putTax({ ...service, permille: 60 }, service)(withService)?.taxes[1]?.permille).toBe(60);
  expect(putTax(service, null)(withService)).toBeNull();
  const sold = putProduct({ ...coffee, tax: ['inc-8', 'servicio'] }, 'bebidas', null)(withService);
  if (sold === null) throw new Error('it was not put in');
  expect(taxedBy(sold, 'servicio').map(({ sku }) => sku)).toEqual(['tinto']);
  expect(removeTax(service)(sold)).toBeNull();
  expect(removeTax(service)(withService)?.taxes).toHaveLength(1);
});
