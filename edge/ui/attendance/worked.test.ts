import { expect, test } from 'vitest';
import { worked } from './worked.ts';

test('hours are said as people say them, to the minute', () => {
  expect([0, 29, 31, 45 * 60, 3_600, 8 * 3_600 + 12 * 60, 3_599].map(worked)).toEqual(['0 min', '0 min', '1 min', '45 min', '1 h', '8 h 12 min', '1 h']);
});
