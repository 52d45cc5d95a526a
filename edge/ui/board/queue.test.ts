import { expect, test } from 'vitest';
import { minutesOf } from './queue.ts';

test('one waits as long as the slowest station that has something to make, in whole minutes', () => {
  expect(minutesOf([])).toBeNull();
  expect(minutesOf([{ to_make: 0, seconds: 900 }])).toBeNull();
  expect(minutesOf([{ to_make: 3, seconds: 601 }, { to_make: 1, seconds: 300 }, { to_make: 0, seconds: 900 }])).toBe(11);
  expect(minutesOf([{ to_make: 1, seconds: 0 }])).toBe(1);
});
