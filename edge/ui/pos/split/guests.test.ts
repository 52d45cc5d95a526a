import { expect, test } from 'vitest';
import { among, halved, moved, partsOf, sharesOf } from './guests.ts';

const start = sharesOf(['perro', 'jugo', 'alitas']);

test('a tap moves a line to the next guest, and from the last to the first', () => {
  const once = moved(start, 'perro', 2);
  expect(once.get('perro')?.guest).toBe(1);
  expect(moved(once, 'perro', 2).get('perro')?.guest).toBe(0);
});

test('a halved line is paid by two guests, and all shares of a line are the whole of it', () => {
  const shares = halved(moved(start, 'jugo', 3), 'alitas');
  const parts = partsOf(shares, 3);
  expect(parts).toEqual([
    [{ line: 'perro', share_permille: 1_000 }, { line: 'alitas', share_permille: 500 }],
    [{ line: 'jugo', share_permille: 1_000 }, { line: 'alitas', share_permille: 500 }],
    [],
  ]);
  for (const line of start.keys()) expect(parts.flat().filter((part) => part.line === line).reduce((sum, part) => sum + part.share_permille, 0)).toBe(1_000);
});

test('the last guest shares by halves with the first', () => {
  const last = halved(moved(start, 'perro', 2), 'perro');
  expect(partsOf(last, 2).map((part) => part.some(({ line }) => line === 'perro'))).toEqual([true, true]);
});

test('when a guest leaves, what was of that guest is the last one\'s', () => {
  const third = moved(moved(start, 'perro', 3), 'perro', 3);
  expect(among(third, 2).get('perro')?.guest).toBe(1);
});
