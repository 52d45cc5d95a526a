import { expect, test } from 'vitest';
import type { Order } from '$ui/api/types.ts';
import { givenBack } from './given-back.ts';

const paid = (...payments: [string, number, number][]) => ({ payments: payments.map(([method, amount, refunded]) => ({ method, amount, refunded })) }) as unknown as Pick<Order, 'payments'>;

test('what is left of each way of paying comes back by it, or all of it in cash', () => {
  const order = paid(['card', 1_000_000, 0], ['cash', 850_000, 50_000], ['nequi', 200_000, 200_000]);
  expect(givenBack(order, 'as_paid')).toEqual([{ method: 'card', amount: 1_000_000 }, { method: 'cash', amount: 800_000 }]);
  expect(givenBack(order, 'cash')).toEqual([{ method: 'cash', amount: 1_800_000 }]);
});

test('what a sum in cash was rounded by is no money that comes back', () => {
  expect(givenBack(paid(['rounding', 3_000, 0], ['cash', 1_200_000, 0]), 'as_paid')).toEqual([{ method: 'cash', amount: 1_200_000 }]);
});
