import { expect, test } from 'vitest';
import { arrived, inOrder, left, steppedUp } from './places.ts';

const order = (id: string, firedAt: number) => ({ id, firedAt, raisedAt: null, number: `L-${id}` });
const shown = (places: ReturnType<typeof inOrder>) => places.map(({ order: { id }, isLeaving }) => (isLeaving ? '·' : id)).join('');

test('orders stand oldest first', () => {
  expect(shown(inOrder([order('c', 3), order('a', 1), order('b', 2)]))).toBe('abc');
});

test('one that leaves keeps its place empty until all step up', () => {
  const gap = left(left(inOrder([order('a', 1), order('b', 2), order('c', 3)]), 'a'), 'b');
  expect(shown(gap)).toBe('··c');
  expect(shown(steppedUp(gap))).toBe('c');
});

test('a new one comes last even while a place is empty, and one that comes back has its own', () => {
  const gap = left(inOrder([order('a', 1), order('b', 2)]), 'a');
  expect(shown(arrived(gap, order('c', 3)))).toBe('·bc');
  expect(shown(arrived(gap, order('a', 1)))).toBe('ab');
  expect(shown(arrived(steppedUp(gap), order('a', 1)))).toBe('ab');
});
