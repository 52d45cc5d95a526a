import { expect, test } from 'vitest';
import type { ModifierGroup } from '$ui/api/types.ts';
import { defaultsOf, lacking, requiredFirst, ruleOf, toggled } from './choices.ts';

const group = (min: number, max: number, id = 'g'): ModifierGroup => ({
  id, name: id, min, max, modifiers: ['a', 'b', 'c'].map((sku) => ({ sku, name: sku, price: 0 })),
});

test('the rule of a group in words', () => {
  expect(ruleOf({ min: 1, max: 1 }, 3)).toEqual({ kind: 'exactly', count: 1 });
  expect(ruleOf({ min: 0, max: 3 }, 5)).toEqual({ kind: 'up_to', max: 3 });
  expect(ruleOf({ min: 1, max: 2 }, 5)).toEqual({ kind: 'between', min: 1, max: 2 });
  expect(ruleOf({ min: 2, max: 0 }, 5)).toEqual({ kind: 'at_least', min: 2 });
  expect(ruleOf({ min: 0, max: 0 }, 5)).toEqual({ kind: 'up_to', max: 5 });
});

test('where one is allowed it takes the place of the other', () => {
  expect(toggled(group(1, 1), ['x', 'a'], 'b')).toEqual(['x', 'b']);
});

test('the one that must be chosen cannot be taken away, the one that may can', () => {
  expect(toggled(group(1, 1), ['a'], 'a')).toEqual(['a']);
  expect(toggled(group(0, 1), ['a'], 'a')).toEqual([]);
});

test('more than may be chosen are not', () => {
  expect(toggled(group(0, 2), ['a', 'b'], 'c')).toEqual(['a', 'b']);
  expect(toggled(group(0, 0), ['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
});

test('a group lacks what its min says', () => {
  const groups = [group(0, 1, 'may'), { ...group(2, 3, 'must'), modifiers: group(0, 0).modifiers }];
  expect(lacking(groups, ['a']).map(({ id }) => id)).toEqual(['must']);
  expect(lacking(groups, ['a', 'b'])).toEqual([]);
  expect(requiredFirst(groups).map(({ id }) => id)).toEqual(['must', 'may']);
});

test('defaults are those that are sold', () => {
  const modifiers = [{ sku: 'a', name: 'a', price: 0, default: true }, { sku: 'b', name: 'b', price: 0, default: true, active: false }, { sku: 'c', name: 'c', price: 0 }];
  expect(defaultsOf([{ ...group(0, 0), modifiers }])).toEqual(['a']);
});
