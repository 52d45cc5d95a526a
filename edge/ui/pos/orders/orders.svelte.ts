/** The orders of the branch as the box tells them, replaced by id. */
import { SvelteMap } from 'svelte/reactivity';
import { request, newKey, type Outcome } from '$ui/api/client.ts';
import type { LiveView } from '$ui/live/live.ts';
import type { NewDiscount, NewFire, NewSplit, Order, OrderStatus, PassPaper } from '$ui/api/types.ts';
import { approvals } from '../approval/approval.svelte.ts';
import type { Way } from './given-back.ts';
import { newestFirst } from './matching.ts';
import { isOpen } from './stages.ts';

class OpenOrders {
  #orders = new SvelteMap<string, Order>();
  isLoaded = $state(false);

  readonly open: Order[] = $derived(newestFirst([...this.#orders.values()].filter(isOpen)));

  /** Also one that was just finished, while it is looked at. */
  get(id: string): Order | undefined {
    return this.#orders.get(id);
  }

  /** A later version takes the place of an earlier one, however the two arrive. */
  put(order: Order): void {
    const known = this.#orders.get(order.id);
    if (known === undefined || known.version <= order.version) this.#orders.set(order.id, order);
  }

  snapshot(views: LiveView[]): void {
    const ids = new Set(views.map(({ id }) => id));
    for (const id of this.#orders.keys()) if (!ids.has(id)) this.#orders.delete(id);
    this.views(views);
    this.isLoaded = true;
  }

  views(views: LiveView[]): void {
    for (const { id, view } of views) {
      if (view === null) this.#orders.delete(id);
      else this.put(view as Order);
    }
  }

  async fetch(id: string): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${id}`));
  }

  async advance(order: Order, status: OrderStatus): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/status`, { method: 'PATCH', body: { status }, key: newKey() }));
  }

  /** Takes a line back; some may only with a manager. */
  async void(order: Order, line: string, reason: string, what: string): Promise<Outcome<Order>> {
    return this.#putting(await approvals.send<Order>(`orders/${order.id}/lines/${line}/void`, { body: { reason }, version: order.version }, what));
  }

  /** Ends an order, and gives back what was paid of it in the same act; some may only with a manager. */
  async cancel(order: Order, reason: string, back: Way | null, what: string): Promise<Outcome<Order>> {
    const refund = back === null ? {} : { refund: back === 'cash' ? { method: 'cash' } : {} };
    return this.#putting(await approvals.send<Order>(`orders/${order.id}/cancel`, { body: { reason, ...refund }, version: order.version }, what));
  }

  /** The kitchen may begin with what waits: a course, or all of it. */
  async fire(order: Order, what: NewFire): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/fire`, { body: what, key: newKey() }));
  }

  async move(order: Order, table: string): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/move`, { body: { table }, version: order.version, key: newKey() }));
  }

  /** The other order becomes part of this one. */
  async merge(order: Order, from: Order): Promise<Outcome<Order>> {
    const body = { from: from.id, from_version: from.version };
    return this.#putting(await request<Order>(`orders/${order.id}/merge`, { body, version: order.version, key: newKey() }));
  }

  /** What the guest gives on top; nought when the guest gives nothing. */
  async tip(order: Order, amount: number): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/tip`, { body: { amount }, key: newKey() }));
  }

  /** Takes something off the price; some may only with a manager. */
  async discount(order: Order, wanted: NewDiscount, what: string): Promise<Outcome<Order>> {
    return this.#putting(await approvals.send<Order>(`orders/${order.id}/discounts`, { body: { ...wanted }, version: order.version }, what));
  }

  async undoDiscount(order: Order, discount: string): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/discounts/${discount}`, { method: 'DELETE', version: order.version, key: newKey() }));
  }

  /** The box cuts: the parts always make up what is due. */
  async split(order: Order, wanted: NewSplit): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/split`, { body: wanted, key: newKey() }));
  }

  async unsplit(order: Order): Promise<Outcome<Order>> {
    return this.#putting(await request<Order>(`orders/${order.id}/split`, { method: 'DELETE', key: newKey() }));
  }

  async refund(payment: string, amount: number, reason: string, what: string): Promise<Outcome<Order>> {
    const outcome = await approvals.send<{ order: Order }>(`payments/${payment}/refund`, { body: { amount, reason } }, what);
    return this.#putting(outcome.kind === 'ok' ? { ...outcome, value: outcome.value.order } : outcome);
  }

  async reprint(order: Order, station: string | null): Promise<Outcome<{ tickets: number }>> {
    return request(`orders/${order.id}/reprint`, { body: station === null ? {} : { station }, key: newKey() });
  }

  /** The order whole, or the slip of its delivery, once more at the pass. */
  async reprintPaper(order: Order, paper: PassPaper): Promise<Outcome<unknown>> {
    return request(`orders/${order.id}/papers`, { body: { paper }, key: newKey() });
  }

  /** What is to be paid, on paper for the guest. */
  async printBill(order: Order): Promise<Outcome<unknown>> {
    return request(`orders/${order.id}/bill`, { method: 'POST', key: newKey() });
  }

  /** The receipt once more, marked as a copy. */
  async printReceipt(order: Order): Promise<Outcome<unknown>> {
    return request(`orders/${order.id}/receipt`, { method: 'POST', key: newKey() });
  }

  /** For the coffee after the meal; some may only with a manager. */
  async reopen(order: Order, what: string): Promise<Outcome<Order>> {
    return this.#putting(await approvals.send<Order>(`orders/${order.id}/reopen`, { body: {} }, what));
  }

  async #putting(outcome: Outcome<Order>): Promise<Outcome<Order>> {
    if (outcome.kind === 'ok') this.put(outcome.value);
    return outcome;
  }
}

export const openOrders = new OpenOrders();
