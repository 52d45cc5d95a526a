/** What comes back of an order's payments when all of it does, by the way it is given back. */
import type { Order, PaymentMethod } from '$ui/api/types.ts';

/** By the ways it was paid, or all of it in cash. */
export type Way = 'as_paid' | 'cash';

export interface GivenBack { method: PaymentMethod; amount: number }

/** Sums of the box's own amounts by method; what cash was rounded by is no money. */
export function givenBack({ payments }: Pick<Order, 'payments'>, way: Way): GivenBack[] {
  const sums = new Map<PaymentMethod, number>();
  for (const { method, amount, refunded } of payments) {
    if (amount === refunded || method === 'rounding') continue;
    const back = way === 'cash' ? 'cash' : method;
    sums.set(back, (sums.get(back) ?? 0) + amount - refunded);
  }
  return [...sums].map(([method, amount]) => ({ method, amount }));
}
