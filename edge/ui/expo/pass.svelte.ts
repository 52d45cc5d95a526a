/** The orders and cards of the branch as the live channel tells them, and what is done at the pass. */
import { newKey, request, type Outcome } from '$ui/api/client.ts';
import type { Card, List, NewFire, Order, OrderStatus } from '$ui/api/types.ts';
import type { Health, LiveListener, LiveView } from '$ui/live/live.ts';
import type { Cards } from './plates.ts';

const NO_CARDS: Cards = new Map();

function wordsOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'refused' ? outcome.problem.message : outcome.kind === 'unreachable' ? 'unreachable' : '';
}

export class Pass {
  orders = $state.raw<ReadonlyMap<string, Order>>(new Map());
  #cards = $state.raw<ReadonlyMap<string, Cards>>(new Map());
  health = $state.raw<Health>({ kind: 'connecting' });
  hasNewBuild = $state(false);
  /** How often the branch was said to be open or not. */
  told = $state(0);
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

  /** Before all others at every station, or not any more. */
  async raise(order: Order, raised: boolean): Promise<boolean> {
    const outcome = await request<List<Card>>(`kitchen/orders/${order.id}/raise`, { body: { raised }, key: newKey() });
    this.trouble = wordsOf(outcome);
    return outcome.kind === 'ok';
  }

  async #attempt(asked: Promise<Outcome<Order>>): Promise<void> {
    const outcome = await asked;
    this.trouble = wordsOf(outcome);
    if (outcome.kind === 'ok') this.orders = new Map(this.orders).set(outcome.value.id, outcome.value);
  }

  /** What came within one frame, as one change. */
  #hear(views: LiveView[], known: { orders: ReadonlyMap<string, Order>; cards: ReadonlyMap<string, Cards> }): void {
    const [orders, all] = [new Map(known.orders), new Map(known.cards)];
    for (const { scope, name, id, view } of views) {
      if (name === 'branch_state') this.told += 1;
      else if (name === 'order') {
        if (view === null) orders.delete(id);
        else orders.set(id, view as Order);
      } else if (name === 'card') {
        const cards = new Map(all.get(id));
        const card = view as Card | null;
        if (card === null || card.bumped_at !== null) cards.delete(scope.replace(/^station:/, ''));
        else cards.set(card.station, card);
        if (cards.size === 0) all.delete(id);
        else all.set(id, cards);
      }
    }
    [this.orders, this.#cards] = [orders, all];
  }

  /** Told by the live channel. */
  readonly ears: LiveListener = {
    snapshot: (views) => {
      this.told += 1;
      this.#hear(views, { orders: new Map(), cards: new Map() });
    },
    views: (views) => this.#hear(views, { orders: this.orders, cards: this.#cards }),
    health: (health) => { this.health = health; },
    newBuild: () => { this.hasNewBuild = true; },
  };
}
