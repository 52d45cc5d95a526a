/** What the manager's screen hears of the branch: its open orders, and what is wrong. */
import { SvelteMap } from 'svelte/reactivity';
import { Alerts } from '$ui/alerts/alerts.svelte.ts';
import type { Order } from '$ui/api/types.ts';
import { connect } from '$ui/live/connection.ts';
import type { Health, LiveConnection, LiveView } from '$ui/live/live.ts';
import { browser } from '$ui/live/surroundings.ts';
import { SharedClock } from '$ui/time/clock.svelte.ts';
import { Opening } from '../../opening/opening.svelte.ts';
import { session } from '../../session/session.svelte.ts';

class Link {
  health = $state.raw<Health>({ kind: 'connecting' });
  readonly alerts = new Alerts();
  readonly orders = new SvelteMap<string, Order>();
  #connection: LiveConnection | null = null;
  /** The box's. */
  readonly clock = new SharedClock(() => this.#connection?.now() ?? Date.now());
  readonly opening = new Opening(() => this.#connection?.now() ?? Date.now());

  open(): void {
    if (this.#connection !== null) return this.#connection.reopen();
    this.#connection = connect({ screen: 'manager', scopes: ['branch'], uiVersion: __UI_VERSION__ }, {
      snapshot: (views) => {
        this.orders.clear();
        this.#hear(views);
        this.alerts.snapshot(views);
        void this.opening.load();
      },
      views: (views) => {
        this.#hear(views);
        this.alerts.views(views);
        this.opening.hear(views);
      },
      health: (health) => {
        this.health = health;
        if (health.kind === 'ended' && health.why === 'session') session.ended();
      },
    }, browser('/api/v1/live'));
  }

  #hear(views: LiveView[]): void {
    for (const { name, id, view } of views) {
      if (name !== 'order') continue;
      if (view === null) this.orders.delete(id);
      else this.orders.set(id, view as Order);
    }
  }
}

export const link = new Link();
