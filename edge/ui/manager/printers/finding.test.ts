import { expect, test } from 'vitest';
import { freeName, numbered } from './finding.svelte.ts';

test('a second printer of a station has a name of its own', () => {
  expect(freeName('Parrilla', ['Barra'])).toBe('Parrilla');
  expect(freeName('Parrilla', ['Parrilla', 'Parrilla 2'])).toBe('Parrilla 3');
});

test('a printer keeps the number on its page, and no two have the same', () => {
  const found = ['a', 'b', 'c'].map((address) => ({ address, says: '' }));
  const numbers = numbered(found, [{ address: 'b', number: 1 }, { address: 'gone', number: 2 }, { address: 'fresh' }]);
  expect(numbers.map(({ address, number }) => [address, number])).toEqual([['a', 3], ['b', 1], ['c', 4]]);
});
