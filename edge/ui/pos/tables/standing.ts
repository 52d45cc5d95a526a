/** How a table is, in a word that does not need its colour. */
import type { Order } from '$ui/api/types.ts';

export type Standing = 'free' | 'taken' | 'bill' | 'late';

/** Nobody has touched its order for so long: somebody should walk past. */
const LATE_MS = 90 * 60_000;

export function standingOf(orders: readonly Pick<Order, 'bill_printed_at' | 'created_at'>[], now: number): Standing {
  if (orders.length === 0) return 'free';
  if (orders.some(({ bill_printed_at }) => bill_printed_at !== null)) return 'bill';
  return orders.some(({ created_at }) => now - Date.parse(created_at) > LATE_MS) ? 'late' : 'taken';
}
