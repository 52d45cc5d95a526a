import { expect, test } from 'vitest';
import { Alarms } from './alarms.ts';

test('while any is late the alarm sounds once a minute', () => {
  const alarms = new Alarms();
  const sounded = Array.from({ length: 180 }, (_, second) => alarms.due(second * 1_000, second >= 10, null))
    .flatMap((chimes, second) => chimes.map((chime) => `${chime}@${second}`));
  expect(sounded).toEqual(['late@10', 'late@70', 'late@130']);
});

test('from sixty seconds without news another one does', () => {
  const alarms = new Alarms();
  expect(alarms.due(59_000, false, 0)).toEqual([]);
  expect(alarms.due(60_000, false, 0)).toEqual(['disconnected']);
  expect(alarms.due(61_000, false, 0)).toEqual([]);
  expect(alarms.due(120_000, false, 0)).toEqual(['disconnected']);
  expect(alarms.due(121_000, false, null)).toEqual([]);
  expect(alarms.due(200_000, false, 140_000)).toEqual(['disconnected']);
});
