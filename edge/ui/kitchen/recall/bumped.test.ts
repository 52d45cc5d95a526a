import { expect, test } from 'vitest';
import { card } from '../orders/samples.fake.ts';
import { byOrder } from './bumped.ts';

test('an order bumped at two stations is recalled at both, and stands by its last bump', () => {
  const list = byOrder([
    card({ order: 'a', number: 'L-1', station: 'grill', bumped_at: '2026-11-21T12:40:00-05:00' }),
    card({ order: 'b', number: 'L-2', bumped_at: '2026-11-21T12:41:00-05:00' }),
    card({ order: 'a', number: 'L-1', station: 'fryer', bumped_at: '2026-11-21T12:42:00-05:00' }),
  ]);
  expect(list.map(({ number, stations }) => [number, stations])).toEqual([['L-1', ['grill', 'fryer']], ['L-2', ['grill']]]);
});
