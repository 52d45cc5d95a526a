/** What a guest had before, as lines of the cart: what the menu has no more, or not today, is left out and named. */
import type { PastOrder } from '$ui/api/types.ts';
import { isSold, type Menu } from '../catalog/menu.ts';
import type { Wanted } from '../order/cart.ts';

export function againOf(menu: Menu, past: PastOrder): { lines: Wanted[]; missing: string[] } {
  const all = past.again.map((line) => ({ line, isHere: isSold(menu, line.product) && line.choices.every(({ product }) => isSold(menu, product)) }));
  const lines = all.filter(({ isHere }) => isHere).map(({ line }) => ({ sku: line.product, quantity: line.quantity, modifiers: line.modifiers, parts: line.choices }));
  const out = all.filter(({ isHere }) => !isHere).map(({ line }) => menu.products.get(line.product)?.name ?? line.product);
  return { lines, missing: [...past.missing, ...out] };
}
