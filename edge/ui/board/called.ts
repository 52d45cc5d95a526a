/**
 * Who waits in front of the board: numbers only, no names. An order stands among those being prepared until it is ready,
 * and among the ready ones until it is handed over or has been called for long enough.
 */
import type { Order } from '$ui/api/types.ts';

export interface Called {
  id: string;
  number: string;
  /** When it came to this side, in milliseconds since 1970. */
  since: number;
}

export interface Sides {
  /** The first taken first. */
  preparing: Called[];
  /** The last ready first. */
  ready: Called[];
}

/** A number is new so long: it is framed, and was chimed for. */
export const NEW_MS = 10_000;

/** Who is served at a table or at home does not come to the counter. */
function isCalled({ type, table }: Order): boolean {
  return type === 'takeaway' || (type === 'dine_in' && table === null);
}

export function sidesOf(orders: Iterable<Order>, now: number, staysMs: number): Sides {
  const preparing: Called[] = [];
  const ready: Called[] = [];
  for (const order of orders) {
    if (!isCalled(order)) continue;
    const { id, number, status } = order;
    if (status === 'ready') {
      const since = Date.parse(order.reached.ready ?? order.created_at);
      if (now - since < staysMs) ready.push({ id, number, since });
    } else if (status === 'received' || status === 'accepted' || status === 'preparing') {
      preparing.push({ id, number, since: Date.parse(order.created_at) });
    }
  }
  return { preparing: preparing.sort((a, b) => a.since - b.since), ready: ready.sort((a, b) => b.since - a.since) };
}

/** How long a ready number stays, from the address: `?minutes=15`; 20 unless told otherwise. */
export function staysMsOf(search: string): number {
  const minutes = Number(new URLSearchParams(search).get('minutes') ?? NaN);
  return (minutes >= 1 && minutes <= 240 ? minutes : 20) * 60_000;
}
