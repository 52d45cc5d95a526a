/** What ran out, as the box says it; and saying it. */
import { request } from '$ui/api/client.ts';
import type { Availability, Stockout } from '$ui/api/types.ts';
import type { LiveView } from '$ui/live/live.ts';

/** What a cook can say something about: a product of an order, or a modifier on it. */
export interface Thing { kind: 'products' | 'modifiers'; id: string; name: string }

/** What the box answered to the last thing said; its words when it refused, none when it was not reached. */
export type Said = { kind: 'nothing' } | { kind: 'saying' } | { kind: 'failed'; words: string };

export class Stockouts {
  all = $state.raw<readonly Stockout[]>([]);
  said = $state.raw<Said>({ kind: 'nothing' });

  hear(views: readonly LiveView[], isSnapshot: boolean): void {
    const told = views.find(({ name }) => name === 'availability');
    // What is not in a snapshot is gone.
    if (told !== undefined || isSnapshot) this.all = (told?.view as Availability | null | undefined)?.items ?? [];
  }

  /** What holds now, in milliseconds since 1970. */
  at(now: number): Stockout[] {
    return this.all.filter(({ until }) => until === null || Date.parse(until) > now);
  }

  async say({ kind, id }: Pick<Thing, 'kind' | 'id'>, available: boolean): Promise<void> {
    this.said = { kind: 'saying' };
    const outcome = await request<Availability>(`${kind}/${encodeURIComponent(id)}/availability`, { method: 'PUT', body: { available } });
    if (outcome.kind !== 'ok') {
      this.said = { kind: 'failed', words: outcome.kind === 'refused' ? outcome.problem.message : '' };
      return;
    }
    this.all = outcome.value.items;
    this.said = { kind: 'nothing' };
  }
}
