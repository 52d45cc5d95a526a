/** What the box says a cart costs, laid beside its lines. */
import type { Problem } from '$ui/api/client.ts';
import type { Quote } from '$ui/api/types.ts';
import { isSold, type Menu } from '../catalog/menu.ts';
import { roughTotal, roughUnit, type Cart } from './cart.ts';

export interface Sums {
  /** Not yet said by the box. */
  isRough: boolean;
  total: number;
  subtotal: number;
  discount: number;
  taxes: Quote['taxes'];
  /** By line of the cart. */
  lines: ReadonlyMap<string, number>;
  kitchenSeconds: number | null;
}

/** A quote, the lines it was asked for by their place, and what it was of. */
export interface Quoted { quote: Quote; ids: string[]; priced: string }

/** What a price depends on: a note or a name changes no sum. */
export function pricedOf({ service, lines }: Cart): string {
  return JSON.stringify([service, lines.map(({ id, sku, quantity, modifiers, parts }) => [id, sku, quantity, modifiers, parts])]);
}

/** The box's sums while they are of this very cart; else rough ones, beside the taxes and the estimate that were said last. */
export function sumsOf(cart: Cart, menu: Menu, quoted: Quoted | null): Sums {
  const taxes = quoted?.quote.taxes ?? [];
  const kitchenSeconds = quoted?.quote.kitchen_seconds ?? null;
  if (quoted !== null && quoted.priced === pricedOf(cart)) {
    const lines = quoted.quote.lines.flatMap(({ index, total }) => (quoted.ids[index] === undefined ? [] : [[quoted.ids[index], total] as const]));
    const { total, subtotal, discount } = quoted.quote;
    return { isRough: false, total, subtotal, discount, taxes, lines: new Map(lines), kitchenSeconds };
  }
  const rough = roughTotal(menu, cart);
  const lines = new Map(cart.lines.map((line) => [line.id, roughUnit(menu, line, cart.service) * line.quantity]));
  return { isRough: true, total: rough, subtotal: rough, discount: 0, taxes, lines, kitchenSeconds };
}

/** The code of what is wrong with each line: what is not sold any more is known here, the rest by the box's refusal. */
export function faultsOf(cart: Cart, menu: Menu, refusal: { problem: Problem; ids: string[] } | null): Map<string, string> {
  const faults = new Map<string, string>();
  for (const { field, code } of refusal?.problem.errors ?? []) {
    const place = /^lines\[(\d+)\]/.exec(field)?.[1];
    const id = place === undefined ? undefined : refusal?.ids[Number(place)];
    if (id !== undefined) faults.set(id, code);
  }
  if (menu.products.size === 0) return faults;
  for (const line of cart.lines) {
    const isGone = [line.sku, ...line.parts.map(({ product }) => product)].some((sku) => !isSold(menu, sku));
    if (isGone) faults.set(line.id, 'product.unavailable');
  }
  return faults;
}
