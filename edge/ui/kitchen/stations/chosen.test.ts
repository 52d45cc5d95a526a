import { expect, test } from 'vitest';
import { addressOf, chosenOf } from './chosen.ts';

const grill = { id: 'u1', key: 'grill', name: 'Plancha' };
const fryer = { id: 'u2', key: 'fryer', name: 'Freidora' };
const all = [grill, fryer];

test('the address says which stations are shown', () => {
  expect(chosenOf('', all)).toEqual({ kind: 'unasked' });
  expect(chosenOf('?stations=fryer', all)).toEqual({ kind: 'chosen', stations: [fryer], isAll: false });
  expect(chosenOf('?stations=u1,fryer,fryer', all)).toEqual({ kind: 'chosen', stations: all, isAll: true });
  expect(chosenOf('?stations=all', all)).toEqual({ kind: 'chosen', stations: all, isAll: true });
  expect(chosenOf('?stations=fryer,bar', all)).toEqual({ kind: 'unknown', keys: ['bar'] });
});

test('what is chosen is read back from its address', () => {
  expect(addressOf([fryer], all)).toBe('?stations=fryer');
  expect(addressOf(all, all)).toBe('?stations=all');
});
