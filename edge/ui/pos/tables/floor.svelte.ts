/** Where the tables stand, and what is at each. */
import { request } from '$ui/api/client.ts';
import type { FloorInUse, FloorPlan, Order } from '$ui/api/types.ts';
import { openOrders } from '../orders/orders.svelte.ts';

class Floor {
  plan = $state.raw<FloorPlan>({ zones: [] });
  /** The open orders at each table, the one that came first first. */
  readonly orders: ReadonlyMap<string, Order[]> = $derived(byTable(openOrders.open));

  get hasTables(): boolean {
    return this.plan.zones.some(({ tables }) => tables.length > 0);
  }

  async load(): Promise<void> {
    const outcome = await request<FloorInUse>('settings/floor');
    if (outcome.kind === 'ok') this.plan = outcome.value.plan;
  }
}

function byTable(orders: readonly Order[]): Map<string, Order[]> {
  const tables = new Map<string, Order[]>();
  for (const order of orders) if (order.table !== null) tables.set(order.table, [order, ...(tables.get(order.table) ?? [])]);
  return tables;
}

export const floor = new Floor();
