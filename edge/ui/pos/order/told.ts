/** What was chosen about a line, as it stands under its name. */
import type { Menu } from '../catalog/menu.ts';
import { addsOf, groupsOf } from '../choices/combo.ts';
import type { CartLine } from './cart.ts';

/** As on the kitchen's cards: less, more, or another way. */
export type Effect = 'without' | 'extra' | 'choice';
export interface Detail { effect: Effect | 'part'; name: string; adds: number }

export function effectOf(name: string, price: number): Effect {
  if (/^(sin|no)\s/i.test(name)) return 'without';
  return price > 0 ? 'extra' : 'choice';
}

export function detailsOf(menu: Menu, line: Pick<CartLine, 'sku' | 'modifiers' | 'parts'>): Detail[] {
  const product = menu.products.get(line.sku);
  const parts = line.parts.flatMap((part): Detail[] => {
    const slot = product?.combo?.find(({ id }) => id === part.slot);
    const chosen = menu.products.get(part.product);
    const ways = modifiersOf(menu, part.product, part.modifiers);
    const adds = ways.reduce((sum, way) => sum + way.adds, addsOf(slot, part.product));
    return [{ effect: 'part', name: [chosen?.name ?? part.product, ...ways.map(({ name }) => name)].join(' · '), adds }];
  });
  return [...modifiersOf(menu, line.sku, line.modifiers), ...parts];
}

function modifiersOf(menu: Menu, sku: string, chosen: string[]): Detail[] {
  const offered = groupsOf(menu.products.get(sku)).flatMap(({ modifiers }) => modifiers);
  return chosen.flatMap((wanted) => {
    const modifier = offered.find((other) => other.sku === wanted);
    return modifier === undefined ? [] : [{ effect: effectOf(modifier.name, modifier.price), name: modifier.name, adds: modifier.price }];
  });
}
