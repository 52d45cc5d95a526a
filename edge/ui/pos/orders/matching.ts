/** Finding open orders by number, table or guest. */
import type { Order } from '$ui/api/types.ts';
import { folded } from '../catalog/search.ts';

export function matches(order: Order, typed: string): boolean {
  const wanted = folded(typed);
  if (wanted === '') return true;
  const texts = [order.number, order.table, order.customer?.name, order.customer?.phone].map((text) => folded(text ?? ''));
  return texts.some((text) => text.includes(wanted)) || Number(order.number.replace(/\D+/g, '')) === Number(wanted);
}

/** The newest first. */
export function newestFirst(orders: Iterable<Order>): Order[] {
  return [...orders].sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));
}
