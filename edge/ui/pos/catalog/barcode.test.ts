import { expect, test } from 'vitest';
import { BarcodeReader } from './barcode.ts';

function typed(keys: string[], every: number, reader = new BarcodeReader(), from = 0): (string | null)[] {
  return keys.map((key, place) => reader.key(key, from + place * every));
}

test('keys faster than a hand and an Enter are a code', () => {
  expect(typed([...'2000000000015', 'Enter'], 8).at(-1)).toBe('2000000000015');
});

test('what a person types is no code', () => {
  expect(typed([...'limonada', 'Enter'], 120).at(-1)).toBeNull();
  expect(typed(['1', '2', 'Enter'], 8).at(-1)).toBeNull();
});

test('letters typed by hand before a code are not part of it', () => {
  const reader = new BarcodeReader();
  typed([...'ab'], 150, reader);
  expect(typed([...'98765', 'Enter'], 5, reader, 1_000).at(-1)).toBe('98765');
});

test('shift does not break a code, and one code is read once', () => {
  const reader = new BarcodeReader();
  expect(typed(['Shift', 'A', 'Shift', 'B', '1', '2', 'Enter'], 5, reader).at(-1)).toBe('AB12');
  expect(reader.key('Enter', 36)).toBeNull();
});
