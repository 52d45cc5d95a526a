/** Orders that were bumped, newest first: an order bumped at several stations of this screen is one. */
import { request } from '$ui/api/client.ts';
import type { Card, List, Station } from '$ui/api/types.ts';

export interface BumpedOrder { order: string; number: string; bumpedAt: number; cards: Card[]; stations: string[] }

const LIMIT = 50;

/** Null when the list did not come. */
export async function lastBumped(stations: readonly Station[], limit = LIMIT): Promise<BumpedOrder[] | null> {
  const query = stations.map(({ id }) => `station=${encodeURIComponent(id)}`).join('&');
  const outcome = await request<List<Card>>(`kitchen/orders?${query}&bumped=true&limit=${limit}`);
  return outcome.kind === 'ok' ? byOrder(outcome.value.items) : null;
}

export function byOrder(cards: readonly Card[]): BumpedOrder[] {
  const orders = new Map<string, BumpedOrder>();
  for (const card of cards) {
    const bumpedAt = Date.parse(card.bumped_at ?? card.fired_at);
    const known = orders.get(card.order);
    if (known === undefined) orders.set(card.order, { order: card.order, number: card.number, bumpedAt, cards: [card], stations: [card.station] });
    else {
      known.cards.push(card);
      known.stations.push(card.station);
      known.bumpedAt = Math.max(known.bumpedAt, bumpedAt);
    }
  }
  return [...orders.values()].sort((a, b) => b.bumpedAt - a.bumpedAt);
}
