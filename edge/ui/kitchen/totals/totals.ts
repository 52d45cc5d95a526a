/** All that is yet to be made, by product over all orders: what a cook puts on the fire at once. */
import type { TicketLine } from '../orders/lines.ts';

export interface Total { name: string; quantity: number; modifiers: { name: string; quantity: number }[] }

/** The most of them first. */
export function totalsOf(orders: Iterable<readonly TicketLine[]>): Total[] {
  const totals = new Map<string, { quantity: number; modifiers: Map<string, number> }>();
  for (const lines of orders) {
    for (const line of lines) {
      if (line.state !== 'to_make') continue;
      const total = totals.get(line.name) ?? { quantity: 0, modifiers: new Map<string, number>() };
      totals.set(line.name, total);
      total.quantity += line.quantity;
      for (const { name } of line.modifiers) total.modifiers.set(name, (total.modifiers.get(name) ?? 0) + line.quantity);
    }
  }
  return [...totals]
    .map(([name, total]) => ({
      name,
      quantity: total.quantity,
      modifiers: [...total.modifiers].map(([modifier, quantity]) => ({ name: modifier, quantity })).sort(mostFirst),
    }))
    .sort(mostFirst);
}

export function holds(lines: readonly TicketLine[], product: string): boolean {
  return lines.some((line) => line.name === product && line.state === 'to_make');
}

function mostFirst(a: { name: string; quantity: number }, b: { name: string; quantity: number }): number {
  return b.quantity - a.quantity || a.name.localeCompare(b.name, 'es');
}
