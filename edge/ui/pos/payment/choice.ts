/** What is chosen on the pane before money is taken. The box says what is due; here it is only asked for. */
import type { NewPayment, Order, PaymentMethod } from '$ui/api/types.ts';

export interface Choice {
  order: string;
  method: PaymentMethod;
  /** Cash that was handed over. */
  received: number | null;
  reference: string;
  /** Less than what is due; all of it when none is said. */
  amount: number | null;
  /** Which part of a split, the first is 0. */
  part: number | null;
}

type Owing = Pick<Order, 'id' | 'due' | 'split'>;

/** What this payment is of: the amount that was said, what is left of the part, or all that is due. */
export function amountOf({ amount, part }: Choice, { due, split }: Owing): number {
  const chosen = split?.parts.find(({ index }) => index === part);
  return Math.min(amount ?? (chosen === undefined ? due : chosen.amount - chosen.paid), due);
}

/** What goes over the counter: a sum in cash that settles what is due is rounded, by `step`; the box rounds it the same way. */
export function handedOf(choice: Choice, order: Owing, step: number): number {
  const amount = amountOf(choice, order);
  if (choice.method !== 'cash' || step <= 0 || amount !== amountOf({ ...choice, amount: null }, order)) return amount;
  return Math.floor((amount + Math.floor(step / 2)) / step) * step || amount;
}

export function changeOf(choice: Choice, order: Owing, step = 0): number | null {
  return choice.method !== 'cash' || choice.received === null ? null : choice.received - handedOf(choice, order, step);
}

export function isEnough(choice: Choice, order: Owing, step = 0): boolean {
  if (amountOf(choice, order) <= 0) return false;
  return choice.method !== 'cash' || (changeOf(choice, order, step) ?? -1) >= 0;
}

export function paymentOf(choice: Choice, order: Owing): NewPayment {
  const { method, received, part } = choice;
  const reference = choice.reference.trim();
  return {
    order: order.id,
    method,
    amount: amountOf(choice, order),
    ...(method === 'cash' && received !== null ? { received } : {}),
    ...(method !== 'cash' && reference !== '' ? { reference } : {}),
    ...(part === null ? {} : { part }),
  };
}
