/** How an order goes on: the one next step it may take. */
import type { Order, OrderStatus, Permission } from '$ui/api/types.ts';

export const FINAL: ReadonlySet<OrderStatus> = new Set(['served', 'delivered', 'cancelled', 'merged']);

/** Something is still to be done for it, if only to pay it. */
export function isOpen({ closed }: Pick<Order, 'closed'>): boolean {
  return !closed;
}

/** It is not handed over yet: it takes more lines, and loses some. */
export function isGoingOn({ status }: Pick<Order, 'status'>): boolean {
  return !FINAL.has(status);
}

/** The kitchen has it, or could have. */
export function isInHand({ status }: Pick<Order, 'status'>): boolean {
  return status === 'accepted' || status === 'preparing' || status === 'ready';
}

/** It can become part of another: nothing was agreed on about its money. */
export function canComeOver(order: Pick<Order, 'status' | 'payments' | 'split' | 'discounts'>): boolean {
  return isInHand(order) && order.payments.length === 0 && order.split === null && order.discounts.length === 0;
}

/** It was handed over and has no receipt yet: it may still be added to, once it is opened again. */
export function isReopenable({ status, receipt }: Pick<Order, 'status' | 'receipt'>): boolean {
  return (status === 'served' || status === 'delivered') && receipt === null;
}

export function nextStep({ status, type }: Pick<Order, 'status' | 'type'>): OrderStatus | null {
  switch (status) {
    case 'received': return 'accepted';
    case 'accepted': return 'preparing';
    case 'preparing': return 'ready';
    case 'ready': return type === 'delivery' ? 'on_the_way' : 'served';
    case 'on_the_way': return 'delivered';
    case 'served': case 'delivered': case 'cancelled': case 'merged': return null;
  }
}

/** What somebody has to be allowed to do to take that step. */
export function permissionFor(step: OrderStatus): Permission {
  return step === 'accepted' ? 'orders.accept' : 'orders.advance';
}
