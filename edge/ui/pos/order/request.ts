/** What is sent to the box for a cart: only the fields that say something, as it refuses those it does not know. */
import type { NewLine, NewOrder, OrderType } from '$ui/api/types.ts';
import type { Service } from '../catalog/menu.ts';
import { isHeld, type Cart, type CartLine } from './cart.ts';

/** Who eats at the counter dines in, without a table. */
export function typeOf(service: Service): OrderType {
  return service === 'counter' ? 'dine_in' : service;
}

export function orderOf(cart: Cart): NewOrder {
  const [name, phone, address, notes, table] = [cart.customerName, cart.customerPhone, cart.address, cart.notes, cart.table].map((text) => text.trim());
  return {
    type: typeOf(cart.service),
    channel: 'pos',
    ...(cart.service === 'dine_in' && table ? { table } : {}),
    ...(name || phone || cart.customer ? { customer: { ...(cart.customer ? { id: cart.customer } : {}), ...(name ? { name } : {}), ...(phone ? { phone } : {}) } } : {}),
    ...(cart.service === 'delivery' && address ? { delivery: { address } } : {}),
    ...(notes ? { notes } : {}),
    ...(cart.wantedAt ? { scheduled_for: cart.wantedAt } : {}),
    lines: linesOf(cart.lines),
  };
}

export function linesOf(lines: CartLine[]): NewLine[] {
  return lines.map((line) => ({
    product: line.sku,
    quantity: line.quantity,
    modifiers: line.modifiers,
    ...(line.notes.trim() ? { notes: line.notes.trim() } : {}),
    ...(line.course > 0 ? { course: line.course } : {}),
    ...(isHeld(line) ? { fire: 'held' as const } : {}),
    ...(line.parts.length > 0 ? { choices: line.parts.map(({ slot, product, modifiers }) => ({ slot, product, modifiers })) } : {}),
  }));
}
