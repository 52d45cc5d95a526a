import { expect, test } from 'vitest';
import { businessDay, dayAt } from './days.ts';
import { hourMinute, hourMinuteSecond, sinceShort, stopwatch, wholeMinutes } from './format.ts';

const NOON = Date.parse('2026-11-21T12:41:07-05:00');

test('the time of day is that of the branch', () => {
  expect(hourMinute(NOON, 'America/Bogota')).toBe('12:41');
  expect(hourMinuteSecond(NOON, 'America/Bogota')).toBe('12:41:07');
  expect(hourMinute(NOON, 'Europe/Madrid')).toBe('18:41');
  expect(hourMinute(Date.parse('2026-11-21T00:05:00-05:00'), 'America/Bogota')).toBe('00:05');
});

test('durations are short and never negative', () => {
  expect(stopwatch(968_000)).toBe('16:08');
  expect(stopwatch(3_727_000)).toBe('1:02:07');
  expect(stopwatch(-4_000)).toBe('0:00');
  expect(wholeMinutes(59_999)).toBe(0);
  expect(wholeMinutes(540_000)).toBe(9);
  expect(sinceShort(38_400)).toBe('38 s');
  expect(sinceShort(72_000)).toBe('1:12');
});

test('a day is read as people say it, in the calendar of the branch', () => {
  const justAfterMidnightInLondon = Date.UTC(2026, 10, 23, 0, 30);
  expect(dayAt(justAfterMidnightInLondon, 'America/Bogota', 'es-CO')).toBe('22 nov 2026');
  expect(dayAt(justAfterMidnightInLondon, 'Europe/London', 'en')).toBe('23 Nov 2026');
  expect(businessDay('2026-09-01', 'es-CO')).toMatch(/^1 sept? 2026$/);
});
