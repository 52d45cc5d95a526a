/** The orders and cards of the branch as the live channel tells them, and what is done at the pass. */
import { SvelteMap } from 'svelte/reactivity';
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Card, NewFire, Order, OrderStatus } from '$ui/api/types.ts';
import type { Health, LiveListener, LiveView } from '$ui/live/live.ts';
import type { Cards } from './plates.ts';

const NO_CARDS: Cards = new Map();

export class Pass {
  readonly orders = new SvelteMap<string, Order>();
  readonly #cards = new SvelteMap<string, Cards>();
  health = $state.raw<Health>({ kind: 'connecting' });
  hasNewBuild = $state(false);
  /** What went wrong last, for as long as nothing else was done. */
  trouble = $state('');

  cardsOf(order: string): Cards {
    return this.#cards.get(order) ?? NO_CARDS;
  }

  async advance(order: Order, status: OrderStatus): Promise<void> {
    await this.#attempt(request<Order>(`orders/${order.id}/status`, { method: 'PATCH', body: { status }, key: newKey() }));
  }

  async fire(order: Order, what: NewFire): Promise<void> {
    await this.#attempt(request<Order>(`orders/${order.id}/fire`, { body: what, key: newKey() }));
  }

  async #attempt(asked: Promise<Outcome<Order>>): Promise<void> {
    const outcome = await asked;
    this.trouble = outcome.kind === 'refused' ? outcome.problem.message : outcome.kind === 'unreachable' ? 'unreachable' : '';
    if (outcome.kind === 'ok') this.orders.set(outcome.value.id, outcome.value);
  }

  #hear(views: LiveView[]): void {
    for (const { scope, name, id, view } of views) {
      if (name === 'order') {
        if (view === null) this.orders.delete(id);
        else this.orders.set(id, view as Order);
      } else if (name === 'card') {
        const cards = new Map(this.cardsOf(id));
        const card = view as Card | null;
        if (card === null || card.bumped_at !== null) cards.delete(scope.replace(/^station:/, ''));
        else cards.set(card.station, card);
        if (cards.size === 0) this.#cards.delete(id);
        else this.#cards.set(id, cards);
      }
    }
  }

  /** Told by the live channel. */
  readonly ears: LiveListener = {
    snapshot: (views) => {
      this.orders.clear();
      this.#cards.clear();
      this.#hear(views);
    },
    views: (views) => this.#hear(views),
    health: (health) => { this.health = health; },
    newBuild: () => { this.hasNewBuild = true; },
  };
}
