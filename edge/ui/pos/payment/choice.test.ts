import { expect, test } from 'vitest';
import { amountOf, changeOf, handedOf, isEnough, paymentOf, type Choice } from './choice.ts';

const order = { id: 'o', due: 1_850_000, split: null };
const cash: Choice = { order: 'o', method: 'cash', received: null, reference: '', amount: null, part: null };

test('all that is due is paid, unless less was said', () => {
  expect(amountOf(cash, order)).toBe(1_850_000);
  expect(amountOf({ ...cash, amount: 1_000_000 }, order)).toBe(1_000_000);
  expect(amountOf({ ...cash, amount: 9_000_000 }, order)).toBe(1_850_000);
});

test('a part of a split is what is left of that part', () => {
  const split = { parts: [{ index: 0, amount: 1_000_000, paid: 400_000, lines: null }, { index: 1, amount: 850_000, paid: 0, lines: null }] };
  expect(amountOf({ ...cash, part: 0 }, { ...order, split })).toBe(600_000);
  expect(paymentOf({ ...cash, part: 1, received: 850_000 }, { ...order, split })).toEqual({ order: 'o', method: 'cash', amount: 850_000, received: 850_000, part: 1 });
});

test('cash is enough when as much as is due was handed over', () => {
  expect(isEnough(cash, order)).toBe(false);
  expect(isEnough({ ...cash, received: 1_800_000 }, order)).toBe(false);
  expect(isEnough({ ...cash, received: 2_000_000 }, order)).toBe(true);
  expect(changeOf({ ...cash, received: 2_000_000 }, order)).toBe(150_000);
});

test('what is paid without cash has no change and keeps its reference', () => {
  const card: Choice = { ...cash, method: 'card', reference: ' 004512 ', received: 5_000_000 };
  expect(isEnough(card, order)).toBe(true);
  expect(changeOf(card, order)).toBeNull();
  expect(paymentOf(card, order)).toEqual({ order: 'o', method: 'card', amount: 1_850_000, reference: '004512' });
});

test('nothing is taken for an order that owes nothing', () => {
  expect(isEnough({ ...cash, received: 100 }, { ...order, due: 0 })).toBe(false);
});

test('cash that settles what is due is rounded, up from the half, and never to nothing', () => {
  const step = 5_000;
  const due = (amount: number) => ({ ...order, due: amount });
  expect([1_852_499, 1_852_500, 1_850_000, 2_499].map((amount) => handedOf(cash, due(amount), step))).toEqual([1_850_000, 1_855_000, 1_850_000, 2_499]);
  expect(handedOf({ ...cash, amount: 1_001 }, due(1_852_499), step)).toBe(1_001);
  expect(handedOf({ ...cash, method: 'card' }, due(1_852_499), step)).toBe(1_852_499);
  expect(changeOf({ ...cash, received: 2_000_000 }, due(1_852_500), step)).toBe(145_000);
  expect(isEnough({ ...cash, received: 1_852_500 }, due(1_852_500), step)).toBe(false);
});
