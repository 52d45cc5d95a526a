import { expect, test } from 'vitest';
import { inALine, quantityOf } from './words.ts';

test('words as they stand within a line', () => {
  expect(inALine('Sin cebolla')).toBe('sin cebolla');
  expect(inALine('BBQ')).toBe('BBQ');
  expect(inALine('')).toBe('');
  expect(quantityOf(2)).toBe('2');
  expect(quantityOf(1.5)).toBe('1,5');
});
