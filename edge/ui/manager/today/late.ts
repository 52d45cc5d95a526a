/** Which orders of the branch are late, and how they are put before a manager. */
import type { Order } from '$ui/api/types.ts';

const COOKING: ReadonlySet<Order['status']> = new Set(['received', 'accepted', 'preparing']);

type Timed = Pick<Order, 'status' | 'estimated_ready_at' | 'created_at'>;

/** Something of it should have been ready by now. */
export function isLate({ status, estimated_ready_at: due }: Timed, now: number): boolean {
  return COOKING.has(status) && Date.parse(due) < now;
}

/** The late ones first, then the oldest. */
export function byNeed<T extends Timed>(orders: Iterable<T>, now: number): T[] {
  const age = (order: T) => Date.parse(order.created_at);
  return [...orders].sort((one, other) => Number(isLate(other, now)) - Number(isLate(one, now)) || age(one) - age(other));
}
