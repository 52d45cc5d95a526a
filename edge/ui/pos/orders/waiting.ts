/** What of an order the kitchen has not heard of yet. */
import type { Order, OrderLine } from '$ui/api/types.ts';

export function waits({ status }: OrderLine['fire']): boolean {
  return status === 'held' || status === 'scheduled';
}

/** The lines that wait, without the parts of combos, which go with them. */
export function waitingOf(order: Pick<Order, 'lines'>): OrderLine[] {
  return order.lines.filter(({ status, fire, part_of }) => status === 'open' && waits(fire) && part_of == null);
}

/** The courses of which something waits, the first one first; null for what has none. */
export function coursesWaiting(order: Pick<Order, 'lines'>): (number | null)[] {
  const courses = new Set(waitingOf(order).map(({ course }) => course));
  return [...courses].sort((one, other) => (one ?? 10) - (other ?? 10));
}
