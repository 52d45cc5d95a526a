/** The menu as the point of sale reads it: what is sold, at which price for which type of order. */
import type { Catalog, Category, Modifier, OrderType, Product, Stockout } from '$ui/api/types.ts';

/** How an order is asked for. At the counter one eats here, without a table, and pays what those pay who sit at one. */
export type Service = 'counter' | OrderType;

/** What ran out or is counted today, by sku: of products, and of modifiers wherever they are. */
export interface Today { products: ReadonlyMap<string, Stockout>; modifiers: ReadonlyMap<string, Stockout> }

export const NOTHING_OUT: Today = { products: new Map(), modifiers: new Map() };

export interface Menu {
  /** Those that are active, with at least one product. */
  categories: Category[];
  products: ReadonlyMap<string, Product>;
}

export const EMPTY_MENU: Menu = { categories: [], products: new Map() };

/** What is out today is off, as if the house did not sell it. */
export function menuOf(catalog: Catalog, today: Today = NOTHING_OUT): Menu {
  const onSale = catalog.categories.filter((category) => category.active !== false && category.products.length > 0);
  const categories = onSale.map((category) => ({ ...category, products: category.products.map((product) => productOf(product, today)) }));
  return { categories, products: new Map(categories.flatMap(({ products }) => products).map((product) => [product.sku, product])) };
}

function productOf(product: Product, { products, modifiers }: Today): Product {
  const isOut = products.get(product.sku)?.left === 0;
  const groups = product.modifier_groups ?? [];
  const hasLess = groups.some((group) => group.modifiers.some(({ sku }) => modifiers.get(sku)?.left === 0));
  if (!isOut && !hasLess) return product;
  const off = (modifier: Modifier): Modifier => (modifiers.get(modifier.sku)?.left === 0 ? { ...modifier, active: false } : modifier);
  const left = hasLess ? { modifier_groups: groups.map((group) => ({ ...group, modifiers: group.modifiers.map(off) })) } : {};
  return { ...product, ...left, ...(isOut ? { active: false } : {}) };
}

/** What holds at this moment, and when that will next be otherwise by itself; times in milliseconds since 1970. */
export function todayOf(stockouts: readonly Stockout[], now: number): { today: Today; until: number | null } {
  const inForce = stockouts.filter(({ until }) => until === null || Date.parse(until) > now);
  const ends = inForce.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
  const of = (kind: 'product' | 'modifier') => new Map(inForce.flatMap((one) => (one[kind] === null ? [] : [[one[kind], one] as const])));
  return { today: { products: of('product'), modifiers: of('modifier') }, until: ends.length === 0 ? null : Math.min(...ends) };
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
