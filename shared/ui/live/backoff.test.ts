import { expect, test } from 'vitest';
import { retryAfter } from './backoff.ts';

test('a try waits between nothing and the bound', () => {
  expect(retryAfter(0, () => 0)).toBe(0);
  expect(retryAfter(0, () => 0.999)).toBeLessThan(500);
  expect(retryAfter(3, () => 0.5)).toBe(2_000);
  expect(retryAfter(60, () => 0.999)).toBeLessThan(10_000);
});
