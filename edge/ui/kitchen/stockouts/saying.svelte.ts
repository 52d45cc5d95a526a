/** Saying that something ran out, or is back. */
import { request } from '$ui/api/client.ts';
import type { Availability, Stockout } from '$ui/api/types.ts';
import type { Stockouts } from './stockouts.svelte.ts';

/** What a cook can say something about: a product of an order, or a modifier on it. */
export interface Thing { kind: 'products' | 'modifiers'; id: string; name: string }

/** What holds now, in milliseconds since 1970. */
export function inForce({ all }: Stockouts, now: number): Stockout[] {
  return all.filter(({ until }) => until === null || Date.parse(until) > now);
}

/** What the box answered to the last thing said; its words when it refused, none when it was not reached. */
export type Said = { kind: 'nothing' } | { kind: 'saying' } | { kind: 'failed'; words: string };

export class Saying {
  said = $state.raw<Said>({ kind: 'nothing' });

  #stockouts: Stockouts;

  constructor(stockouts: Stockouts) {
    this.#stockouts = stockouts;
  }

  async say({ kind, id }: Pick<Thing, 'kind' | 'id'>, available: boolean): Promise<void> {
    this.said = { kind: 'saying' };
    const outcome = await request<Availability>(`${kind}/${encodeURIComponent(id)}/availability`, { method: 'PUT', body: { available } });
    if (outcome.kind !== 'ok') {
      this.said = { kind: 'failed', words: outcome.kind === 'refused' ? outcome.problem.message : '' };
      return;
    }
    this.#stockouts.all = outcome.value.items;
    this.said = { kind: 'nothing' };
  }
}
