import { expect, test } from 'vitest';
import { ruleOf } from './choosing.ts';

const options = ['Pequeño', 'Mediano', 'Grande'].map((name) => ({ name, price: 0, available: true }));

test.each([
  [0, 0, 'Opcional'], [0, 3, 'Opcional'], [0, 2, 'Elige hasta 2'],
  [1, 1, 'Elige 1'], [2, 2, 'Elige 2'], [1, 3, 'Elige de 1 a 3'], [1, 0, 'Elige de 1 a 3'],
])('from %i to %i is said as «%s»', (min, max, words) => {
  expect(ruleOf({ min, max, options })).toBe(words);
});
