/** Charging an order: what is chosen on the pane, what was sent to the box, and what the guest gets back. */
import { newKey, request, type Problem } from '$ui/api/client.ts';
import type { NewPayment, Order, Paid as Taken, PaymentMethod } from '$ui/api/types.ts';
import { openOrders } from '../orders/orders.svelte.ts';
import { isEnough, paymentOf, type Choice } from './choice.ts';
import { methods } from './methods.svelte.ts';

export type Taking =
  | { kind: 'idle' }
  | { kind: 'busy' }
  /** It may have arrived or not; the same again under the same key is safe, and nothing else may be tried. */
  | { kind: 'unsure'; key: string; payment: NewPayment }
  | { kind: 'refused'; problem: Problem };

/** What was paid in full; it stays in sight until the next order. */
export interface Paid { order: string; number: string; total: number; change: number | null; method: PaymentMethod }

class Charge {
  choice = $state.raw<Choice | null>(null);
  taking = $state.raw<Taking>({ kind: 'idle' });
  paid = $state.raw<Paid | null>(null);
  #first = $state.raw<Order | null>(null);

  /** The order as the box tells it now. */
  readonly order: Order | null = $derived(this.choice === null ? null : (openOrders.get(this.choice.order) ?? this.#first));

  readonly isReady: boolean = $derived(
    this.choice !== null && this.order !== null && isEnough(this.choice, this.order, methods.rounding) && (this.taking.kind === 'idle' || this.taking.kind === 'refused'),
  );

  begin(order: Order): void {
    this.#first = order;
    this.paid = null;
    this.taking = { kind: 'idle' };
    void methods.load();
    this.choice = { order: order.id, method: 'cash', received: null, reference: '', amount: null, part: null };
  }

  choose(change: Partial<Omit<Choice, 'order'>>): void {
    if (this.choice === null || this.taking.kind === 'busy' || this.taking.kind === 'unsure') return;
    this.choice = { ...this.choice, ...change };
    this.taking = { kind: 'idle' };
  }

  /** Takes the money, or asks again whether it was taken. */
  async take(): Promise<void> {
    const { choice, order, taking } = this;
    if (choice === null || order === null) return;
    const [key, payment] = taking.kind === 'unsure' ? [taking.key, taking.payment] : [newKey(), paymentOf(choice, order)];
    if (taking.kind !== 'unsure' && !this.isReady) return;
    this.taking = { kind: 'busy' };
    const outcome = await request<Taken>('payments', { body: payment, key });
    if (outcome.kind === 'ok') return this.#taken(outcome.value);
    if (outcome.kind === 'unreachable' || outcome.problem.status >= 500 || outcome.problem.status === 401) {
      this.taking = { kind: 'unsure', key, payment };
      return;
    }
    this.taking = { kind: 'refused', problem: outcome.problem };
    // Somebody else may have paid meanwhile: what is left is asked for.
    await openOrders.fetch(order.id);
  }

  async tip(amount: number): Promise<void> {
    const { order } = this;
    if (order === null || this.taking.kind === 'busy' || this.taking.kind === 'unsure') return;
    this.taking = { kind: 'busy' };
    const outcome = await openOrders.tip(order, amount);
    this.taking = outcome.kind === 'refused' ? { kind: 'refused', problem: outcome.problem } : { kind: 'idle' };
    // The sum is another: what was handed over is asked anew.
    if (this.choice !== null) this.choice = { ...this.choice, received: null, amount: null };
  }

  /** Leaves the pane; what was paid so far stays paid. */
  leave(): void {
    if (this.taking.kind === 'busy') return;
    this.choice = null;
  }

  forgetPaid(): void {
    this.paid = null;
  }

  #taken({ payment, order }: Taken): void {
    openOrders.put(order);
    this.taking = { kind: 'idle' };
    if (this.choice === null) return;
    if (order.due > 0) {
      this.choice = { ...this.choice, received: null, reference: '', amount: null, part: null };
      return;
    }
    this.paid = { order: order.id, number: order.number, total: order.paid, change: payment.change, method: payment.method };
    this.choice = null;
  }
}

export const charge = new Charge();
