/** The menu as the point of sale reads it: what is sold, at which price for which type of order. */
import type { Catalog, Category, OrderType, Product } from '$ui/api/types.ts';

/** How an order is asked for. At the counter one eats here, without a table, and pays what those pay who sit at one. */
export type Service = 'counter' | OrderType;

export interface Menu {
  /** Those that are active, with at least one product. */
  categories: Category[];
  products: ReadonlyMap<string, Product>;
}

export const EMPTY_MENU: Menu = { categories: [], products: new Map() };

export function menuOf(catalog: Catalog): Menu {
  const categories = catalog.categories.filter((category) => category.active !== false && category.products.length > 0);
  return { categories, products: new Map(categories.flatMap(({ products }) => products).map((product) => [product.sku, product])) };
}

export function priceOf(product: Product, service: Service): number {
  return product.prices?.[service === 'counter' ? 'dine_in' : service] ?? product.price;
}

export function isSold(menu: Menu, sku: string): boolean {
  const product = menu.products.get(sku);
  return product !== undefined && product.active !== false;
}

/** Something must be chosen before it can be added. */
export function asksFirst(product: Product): boolean {
  return isCombo(product) || (product.modifier_groups ?? []).some((group) => group.min > 0);
}

export function hasOptions(product: Product): boolean {
  return isCombo(product) || (product.modifier_groups ?? []).length > 0;
}

export function isCombo(product: Product): boolean {
  return (product.combo ?? []).length > 0;
}

/** The most sold first; while a branch has sold little, the first of every category in turn fill up. */
export function popularFirst(menu: Menu, skus: string[], count: number): Product[] {
  const known = skus.flatMap((sku) => menu.products.get(sku) ?? []);
  const longest = Math.max(0, ...menu.categories.map(({ products }) => products.length));
  const inTurn = Array.from({ length: longest }, (_, place) => menu.categories.flatMap(({ products }) => products[place] ?? []));
  return [...new Set([...known, ...inTurn.flat()])].slice(0, count);
}
