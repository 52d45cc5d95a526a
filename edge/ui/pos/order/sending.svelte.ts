/** Sending the cart: once, however often it takes to hear that the box has it. */
import { newKey, request, type Problem } from '$ui/api/client.ts';
import type { Order } from '$ui/api/types.ts';
import { branch } from '../../branch/branch.svelte.ts';
import { openOrders } from '../orders/orders.svelte.ts';
import { waits } from '../orders/waiting.ts';
import { carts } from './cart.svelte.ts';
import type { Pending } from './kept.ts';
import { linesOf, orderOf } from './request.ts';

export type Sending =
  | { kind: 'idle' }
  | { kind: 'busy' }
  /** It may have arrived or not; the same again under the same key is safe. */
  | { kind: 'unsure'; problem: Problem | null }
  | { kind: 'refused'; problem: Problem };

/** What the box has said yes to. */
export interface Sent { id: string; number: string; isAddition: boolean; stations: string[] }

/** Older than this, a person has to say that it is still wanted. */
const SENDS_ITSELF_FOR_MS = 30 * 60_000;

class SendingStore {
  state = $state.raw<Sending>(carts.pending === null ? { kind: 'idle' } : { kind: 'unsure', problem: null });
  sent = $state.raw<Sent | null>(null);

  /** Sends the cart, or again what is pending; gives the order once the box has it. */
  async send(): Promise<Order | null> {
    if (this.state.kind === 'busy' || (carts.pending === null && carts.isEmpty)) return null;
    const pending = carts.pending ?? newPending();
    carts.setPending(pending);
    this.state = { kind: 'busy' };
    const outcome = await request<Order>(pending.path, { body: pending.body, key: pending.key });
    if (outcome.kind === 'ok') return this.#taken(outcome.value);
    const problem = outcome.kind === 'refused' ? outcome.problem : null;
    if (problem === null || problem.status >= 500 || problem.status === 401) {
      this.state = { kind: 'unsure', problem };
    } else {
      // The box has said no: nothing was written, and what is sent next is another command.
      carts.setPending(null);
      this.state = { kind: 'refused', problem };
    }
    return null;
  }

  /** The box is back. */
  reconnected(): void {
    const isYoung = carts.pending !== null && Date.now() - carts.pending.madeAt < SENDS_ITSELF_FOR_MS;
    if (this.state.kind === 'unsure' && isYoung) void this.send();
  }

  /** What was refused is being mended. */
  forgetRefusal(): void {
    if (this.state.kind === 'refused') this.state = { kind: 'idle' };
  }

  dismissSent(): void {
    this.sent = null;
  }

  #taken(order: Order): Order {
    const isAddition = carts.pending?.path !== 'orders';
    const stations = new Set(order.lines.filter(({ status, fire }) => status === 'open' && !waits(fire)).flatMap((line) => line.stations));
    const names = [...stations].flatMap((id) => branch.stations.get(id) ?? []);
    this.sent = { id: order.id, number: order.number, isAddition, stations: isAddition ? [] : names };
    this.state = { kind: 'idle' };
    carts.taken();
    openOrders.put(order);
    return order;
  }
}

function newPending(): Pending {
  const { addition, cart } = carts;
  const what = addition === null ? { path: 'orders', body: orderOf(cart) } : { path: `orders/${addition.order}/lines`, body: { lines: linesOf(cart.lines) } };
  return { key: newKey(), madeAt: Date.now(), ...what };
}

export const sending = new SendingStore();
