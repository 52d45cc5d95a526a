/** Sending the cart: to the box, or into the tray where the box does not answer; it is there once, either way. */
import { newKey, request, type Outcome, type Problem } from '$ui/api/client.ts';
import type { Order } from '$ui/api/types.ts';
import { isFinal } from '$ui/outbox/outbox.ts';
import { branch } from '../../branch/branch.svelte.ts';
import { openOrders } from '../orders/orders.svelte.ts';
import { waits } from '../orders/waiting.ts';
import { tray } from '../tray/tray.svelte.ts';
import { carts } from './cart.svelte.ts';
import type { Pending } from './kept.ts';
import { linesOf, orderOf } from './request.ts';

export type Sending = { kind: 'idle' } | { kind: 'busy' } | { kind: 'refused'; problem: Problem };

/** What the box has said yes to. */
export interface Sent { id: string; number: string; isAddition: boolean; stations: string[] }

class SendingStore {
  state = $state.raw<Sending>({ kind: 'idle' });
  sent = $state.raw<Sent | null>(null);

  constructor() {
    tray.onTaken((order, { addition }) => this.#arrived(order, addition !== null));
    // The page was left while this was on its way: whether it arrived, its key will tell.
    if (carts.pending !== null) void this.#keep(carts.pending, null, null);
  }

  /** Sends the cart; gives the order once the box has it, and none when it waits in the tray or was refused. */
  async send(total: number | null): Promise<Order | null> {
    if (this.state.kind === 'busy' || carts.pending !== null || carts.isEmpty) return null;
    const pending = newPending();
    carts.setPending(pending);
    this.state = { kind: 'busy' };
    const outcome: Outcome<Order> = tray.isCutOff ? { kind: 'unreachable' } : await request<Order>(pending.path, { body: pending.body, key: pending.key });
    if (outcome.kind === 'ok') {
      this.#arrived(outcome.value, carts.addition !== null);
      carts.taken();
      this.state = { kind: 'idle' };
      return outcome.value;
    }
    const problem = outcome.kind === 'refused' ? outcome.problem : null;
    if (problem !== null && isFinal(problem)) {
      // The box has said no: nothing was written, and what is sent next is another command.
      carts.setPending(null);
      this.state = { kind: 'refused', problem };
    } else {
      await this.#keep(pending, total, problem);
      this.state = { kind: 'idle' };
    }
    return null;
  }

  /** What was refused is being mended. */
  forgetRefusal(): void {
    if (this.state.kind === 'refused') this.state = { kind: 'idle' };
  }

  dismissSent(): void {
    this.sent = null;
  }

  async #keep(pending: Pending, total: number | null, problem: Problem | null): Promise<void> {
    const { cart, addition } = carts;
    await tray.put(pending, { cart, addition: addition === null ? null : { order: addition.order, number: addition.number }, total }, problem);
    carts.taken();
    this.sent = null;
  }

  #arrived(order: Order, isAddition: boolean): void {
    const stations = new Set(order.lines.filter(({ status, fire }) => status === 'open' && !waits(fire)).flatMap((line) => line.stations));
    const names = [...stations].flatMap((id) => branch.stations.get(id) ?? []);
    this.sent = { id: order.id, number: order.number, isAddition, stations: isAddition ? [] : names };
    openOrders.put(order);
  }
}

function newPending(): Pending {
  const { addition, cart } = carts;
  const what = addition === null ? { path: 'orders', body: orderOf(cart) } : { path: `orders/${addition.order}/lines`, body: { lines: linesOf(cart.lines) } };
  return { key: newKey(), madeAt: Date.now(), ...what };
}

export const sending = new SendingStore();
