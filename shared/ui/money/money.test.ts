import { expect, test } from 'vitest';
import { pesos, plain } from './money.ts';

test('pesos are grouped by dots and have no decimals', () => {
  expect(pesos(1_850_000)).toBe('$\u00a018.500');
  expect(pesos(0)).toBe('$\u00a00');
  expect(plain(123_456_700)).toBe('1.234.567');
  expect(plain(99_900)).toBe('999');
});

test('less than nothing has a minus before it, and less than a peso is none', () => {
  expect(plain(-300_000)).toBe('−3.000');
  expect(plain(-40)).toBe('0');
});
