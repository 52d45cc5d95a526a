/** The orders of the branch as the live channel tells them, what is new among the ready ones, and how long the kitchen takes by now. */
import { request } from '$ui/api/client.ts';
import type { List, Order, StationQueue } from '$ui/api/types.ts';
import type { Health, LiveListener, LiveView } from '$ui/live/live.ts';
import { minutesOf } from './queue.ts';

export class Board {
  orders = $state.raw<ReadonlyMap<string, Order>>(new Map());
  health = $state.raw<Health>({ kind: 'connecting' });
  hasNewBuild = $state(false);
  /** Whole minutes until something that is ordered now should be ready; null while nothing is to be made, or nobody knows. */
  waitMinutes = $state<number | null>(null);

  constructor(private readonly newlyReady: () => void) {}

  #snapshot(views: LiveView[]): void {
    const before = this.health.kind === 'connecting' ? null : this.orders;
    this.#become(new Map(views.flatMap(ofOrder)), before);
  }

  #views(views: LiveView[]): void {
    const orders = new Map(this.orders);
    for (const view of views) {
      const [known] = ofOrder(view);
      if (known !== undefined) orders.set(...known);
      else if (view.name === 'order') orders.delete(view.id);
    }
    this.#become(orders, this.orders);
  }

  /** What the box says is said, the slowest station's; what it does not say is not made up. */
  async askQueue(): Promise<void> {
    const outcome = await request<List<StationQueue>>('kitchen/queue');
    this.waitMinutes = outcome.kind === 'ok' ? minutesOf(outcome.value.items) : null;
  }

  /** Told by the live channel. */
  readonly ears: LiveListener = {
    snapshot: (views) => this.#snapshot(views),
    views: (views) => this.#views(views),
    health: (health) => { this.health = health; },
    newBuild: () => { this.hasNewBuild = true; },
  };

  /** At the first look nothing is news. */
  #become(orders: ReadonlyMap<string, Order>, before: ReadonlyMap<string, Order> | null): void {
    this.orders = orders;
    if (before === null) return;
    const isNews = [...orders.values()].some(({ id, status }) => status === 'ready' && before.get(id)?.status !== 'ready');
    if (isNews) this.newlyReady();
  }
}

function ofOrder({ name, id, view }: LiveView): [string, Order][] {
  return name === 'order' && view !== null ? [[id, view as Order]] : [];
}
