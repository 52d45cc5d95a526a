/**
 * Changes of the menu's file, each a function of the file as it is: made again on a newer file when somebody else was faster, and
 * null when what it was about is no longer what the person saw.
 */
import type { Catalog, Category, Product, Tax } from '$ui/api/types.ts';

export type Edit = (file: Catalog) => Catalog | null;

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A key of a name: «Limonada de coco» is `limonada-de-coco`, and with a number behind it where that is taken. */
export function keyOf(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const base = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 56) || 'sin-nombre';
  let key = base;
  for (let number = 2; taken.has(key); number += 1) key = `${base}-${number}`;
  return key;
}

export function skusOf(file: Catalog): Set<string> {
  return new Set(file.categories.flatMap(({ products }) => products.map(({ sku }) => sku)));
}

/** Puts a product into a category: a new one at its end, one that was there where it was, one from another at its end. */
export function putProduct(product: Product, category: string, before: Product | null): Edit {
  return (file) => {
    const found = file.categories.flatMap(({ products }) => products).find(({ sku }) => sku === product.sku);
    if (before === null ? found !== undefined : !same(found, before)) return null;
    if (!file.categories.some(({ id }) => id === category)) return null;
    const categories = file.categories.map((each) => {
      const stays = each.id === category && each.products.some(({ sku }) => sku === product.sku);
      if (stays) return { ...each, products: each.products.map((row) => (row.sku === product.sku ? product : row)) };
      const others = each.products.filter(({ sku }) => sku !== product.sku);
      return { ...each, products: each.id === category ? [...others, product] : others };
    });
    return { ...file, categories };
  };
}

export function removeProduct(before: Product): Edit {
  return (file) => {
    const isThere = file.categories.some(({ products }) => products.some((row) => same(row, before)));
    if (!isThere) return null;
    return { ...file, categories: file.categories.map((each) => ({ ...each, products: each.products.filter(({ sku }) => sku !== before.sku) })) };
  };
}

/** Head of a category: everything but its products. */
export type CategoryHead = Omit<Category, 'products'>;

export function putCategory(head: CategoryHead): Edit {
  return (file) => {
    const isThere = file.categories.some(({ id }) => id === head.id);
    const categories = isThere
      ? file.categories.map((each) => (each.id === head.id ? { ...head, products: each.products } : each))
      : [...file.categories, { ...head, products: [] }];
    return { ...file, categories };
  };
}

/** Of an empty category only. */
export function removeCategory(id: string): Edit {
  return (file) => {
    const found = file.categories.find((each) => each.id === id);
    if (found === undefined || found.products.length > 0) return null;
    return { ...file, categories: file.categories.filter((each) => each !== found) };
  };
}

/** One place up or down. */
export function moveCategory(id: string, by: -1 | 1): Edit {
  return (file) => {
    const place = file.categories.findIndex((each) => each.id === id);
    const [one, other] = [file.categories[place], file.categories[place + by]];
    if (one === undefined || other === undefined) return null;
    return { ...file, categories: file.categories.map((each) => (each === one ? other : each === other ? one : each)) };
  };
}

export function putStation(name: string): Edit {
  return (file) => {
    const id = keyOf(name, new Set(file.stations.map((station) => station.id)));
    return { ...file, stations: [...file.stations, { id, name }] };
  };
}

/** Puts a tax into the list: a new one at its end, one that was there where it was. Products name it by its key. */
export function putTax(tax: Tax, before: Tax | null): Edit {
  return (file) => {
    const found = file.taxes.find(({ id }) => id === tax.id);
    if (before === null ? found !== undefined : !same(found, before)) return null;
    return { ...file, taxes: before === null ? [...file.taxes, tax] : file.taxes.map((each) => (each.id === tax.id ? tax : each)) };
  };
}

/** The products that have a tax. */
export function taxedBy(file: Catalog, tax: string): Product[] {
  return file.categories.flatMap(({ products }) => products).filter((product) => [product.tax].flat().includes(tax));
}

/** Of one that no product has only. */
export function removeTax(before: Tax): Edit {
  return (file) => {
    if (!file.taxes.some((each) => same(each, before)) || taxedBy(file, before.id).length > 0) return null;
    return { ...file, taxes: file.taxes.filter(({ id }) => id !== before.id) };
  };
}

/** What a branch that has no menu begins with. */
export function beginning(station: string, category: string, tax: string): Catalog {
  return {
    currency: 'COP',
    taxes: [{ id: 'inc-8', name: tax, permille: 80, included: true }],
    stations: [{ id: keyOf(station, new Set()), name: station }],
    categories: [{ id: keyOf(category, new Set()), name: category, products: [] }],
  };
}
