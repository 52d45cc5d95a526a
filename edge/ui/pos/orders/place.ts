/** Where an order goes and for whom, in a few words. */
import type { Order } from '$ui/api/types.ts';
import { serviceName, tableName } from '../order/services.ts';

export function placeOf(order: Pick<Order, 'type' | 'table'>): string {
  if (order.type === 'dine_in') return order.table === null ? serviceName('counter') : tableName(order.table);
  return serviceName(order.type);
}

export function placeAndGuest(order: Order): string {
  return [placeOf(order), order.customer?.name].filter((text) => text != null && text !== '').join(' · ');
}
