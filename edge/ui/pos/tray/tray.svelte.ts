/** What was taken while the box did not answer: kept on this device, and sent by itself when it does. */
import { newKey, request, type Problem } from '$ui/api/client.ts';
import type { Order } from '$ui/api/types.ts';
import type { Health } from '$ui/live/live.ts';
import { keeping } from '$ui/outbox/keeping.ts';
import { Outbox, type Waiting } from '$ui/outbox/outbox.ts';
import { SharedClock } from '$ui/time/clock.svelte.ts';
import type { Cart } from '../order/cart.ts';
import type { Addition, Pending } from '../order/kept.ts';

/** What a person is shown of it, and what a refused one is made an order again from. */
export interface Kept {
  cart: Cart;
  addition: Pick<Addition, 'order' | 'number'> | null;
  /** Roughly; only the box says what it costs. */
  total: number | null;
}

export type InTray = Waiting<Kept>;

const AGAIN_MS = 5_000;

class Tray {
  waiting = $state.raw<InTray[]>([]);
  isOpen = $state(false);
  /** The box was silent for so long that it is not worth asking it. */
  isCutOff = false;
  /** By this device, as what waits is older than the box can know. */
  readonly clock = new SharedClock(() => Date.now());
  #tellTaken: (order: Order, kept: Kept) => void = () => {};
  #timer: ReturnType<typeof setInterval> | null = null;

  readonly #outbox = new Outbox<Kept>({
    keeping: keeping<Kept>('comanda.pos'),
    send: ({ path, body, key }) => request<Order>(path, { body, key }),
    now: () => Date.now(),
  }, {
    changed: (waiting) => this.#show(waiting),
    taken: ({ about }, answer) => this.#tellTaken(answer as Order, about),
  });

  constructor() {
    void this.#outbox.load().then(() => this.#outbox.drain());
    addEventListener('beforeunload', (event) => { if (this.waiting.length > 0) event.preventDefault(); });
  }

  /** Calls with each order that the box has at last. */
  onTaken(tell: (order: Order, kept: Kept) => void): void {
    this.#tellTaken = tell;
  }

  heard(health: Health): void {
    this.isCutOff = health.kind === 'stale';
    if (health.kind === 'live') void this.#outbox.drain();
  }

  put(pending: Pending, about: Kept, problem: Problem | null): Promise<void> {
    const { key, path, body, madeAt } = pending;
    return this.#outbox.put({ key, path, body, madeAt, subject: about.addition?.order ?? newKey(), about, problem });
  }

  confirm({ key }: InTray): void {
    void this.#outbox.confirm(key);
  }

  discard({ key }: InTray): Promise<void> {
    return this.#outbox.discard(key);
  }

  #show(waiting: InTray[]): void {
    this.waiting = waiting;
    if (waiting.length === 0) this.isOpen = false;
    if (waiting.length > 0 && this.#timer === null) this.#timer = setInterval(() => void this.#outbox.drain(), AGAIN_MS);
    if (waiting.length === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }
}

export const tray = new Tray();
