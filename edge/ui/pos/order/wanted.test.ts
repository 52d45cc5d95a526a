import { expect, test } from 'vitest';
import { atTime, inMinutes } from './wanted.ts';

const LUNCH = Date.parse('2026-11-22T13:31:07.250-05:00');

test('in_half_an_hour_is_on_a_round_five_minutes', () => {
  expect(inMinutes(LUNCH, 30)).toBe('2026-11-22T19:05:00.000Z');
});

test('a_time_is_the_next_one_the_branchs_clock_shows', () => {
  expect(atTime('19:30', LUNCH, 'America/Bogota')).toBe('2026-11-23T00:30:00.000Z');
  expect(atTime('08:00', LUNCH, 'America/Bogota')).toBe('2026-11-23T13:00:00.000Z');
});

test('what_is_no_time_is_as_soon_as_can_be', () => {
  for (const text of ['', '7', 'x:y']) expect(atTime(text, LUNCH, 'America/Bogota')).toBe('');
});
