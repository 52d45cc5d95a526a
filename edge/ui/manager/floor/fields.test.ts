import { expect, test } from 'vitest';
import { fieldAt, freeField, nextName } from './fields.ts';

const size = { width: 640, height: 400 };

test('a table that is let go stands on the nearest field, and never outside', () => {
  expect(fieldAt(101, 59, size)).toEqual({ x: 5, y: 3 });
  expect(fieldAt(-50, -50, size)).toEqual({ x: 0, y: 0 });
  expect(fieldAt(9_000, 9_000, size)).toEqual({ x: 28, y: 17 });
});

test('a new table has the lowest free number and stands where there is room', () => {
  const table = { name: '1', seats: 4, shape: 'square' as const, x: 1, y: 1 };
  expect(nextName([{ name: 'Salón', tables: [table] }, { name: 'Terraza', tables: [{ ...table, name: '3' }] }])).toBe('2');
  expect(freeField([])).toEqual({ x: 1, y: 1 });
  expect(freeField([table])).toEqual({ x: 6, y: 1 });
});
