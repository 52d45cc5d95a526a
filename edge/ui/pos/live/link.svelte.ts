/** The live channel of this screen: orders of the branch, what is wrong there, and the menu when it changes. */
import type { Availability } from '$ui/api/types.ts';
import { connect } from '$ui/live/connection.ts';
import type { Health, LiveConnection, LiveView } from '$ui/live/live.ts';
import { browser } from '$ui/live/surroundings.ts';
import { SharedClock } from '$ui/time/clock.svelte.ts';
import { alerts } from '../alerts/alerts.svelte.ts';
import { menu } from '../catalog/menu.svelte.ts';
import { TillOpening } from '../opening/till-opening.svelte.ts';
import { openOrders } from '../orders/orders.svelte.ts';
import { tray } from '../tray/tray.svelte.ts';
import { session } from '../../session/session.svelte.ts';

class Link {
  health = $state.raw<Health>({ kind: 'connecting' });
  hasNewBuild = $state(false);
  #connection: LiveConnection | null = null;
  /** The box's. */
  readonly clock = new SharedClock(() => this.now());
  readonly opening = new TillOpening(() => this.now());

  /** By the box's clock, in milliseconds since 1970. */
  now(): number {
    return this.#connection?.now() ?? Date.now();
  }

  /** Somebody is logged in: listen, or go on where it ended. */
  open(): void {
    if (this.#connection !== null) return this.#connection.reopen();
    const around = browser('/api/v1/live');
    this.#connection = connect({ screen: 'pos', scopes: ['branch'], uiVersion: __UI_VERSION__ }, {
      snapshot: (views) => {
        openOrders.snapshot(ofOrders(views));
        alerts.snapshot(views);
        void this.opening.load();
        tellMenu(views);
        // What is not in a snapshot is gone.
        if (!views.some(({ name }) => name === 'availability')) menu.ranOut([], () => this.now());
      },
      views: (views) => {
        openOrders.views(ofOrders(views));
        alerts.views(views);
        this.opening.hear(views);
        tellMenu(views);
      },
      health: (health) => this.#told(health),
      newBuild: () => { this.hasNewBuild = true; },
    }, around);
  }

  #told(health: Health): void {
    this.health = health;
    tray.heard(health);
    if (health.kind === 'ended' && health.why === 'session') session.ended();
  }
}

function ofOrders(views: LiveView[]): LiveView[] {
  return views.filter(({ name }) => name === 'order');
}

function tellMenu(views: LiveView[]): void {
  for (const { name, view } of views) {
    if (name === 'availability') menu.ranOut((view as Availability | null)?.items ?? [], () => link.now());
    if (name === 'catalog' && typeof view === 'object' && view !== null && 'version' in view) menu.changed(Number(view.version));
  }
}

export const link = new Link();
