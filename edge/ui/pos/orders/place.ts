/** Where an order goes and for whom, in a few words. */
import type { Order } from '$ui/api/types.ts';
import { serviceName, tableName } from '../order/services.ts';

export function placeOf(order: Order): string {
  return order.type === 'dine_in' && order.table !== null ? tableName(order.table) : serviceName(order.type);
}

export function placeAndGuest(order: Order): string {
  return [placeOf(order), order.customer?.name].filter((text) => text != null && text !== '').join(' · ');
}
