import { expect, test } from 'vitest';
import { DAYS, draftOf, hoursOf, isWhole, passesMidnight } from './hours.ts';

test('what is edited comes back as it was said', () => {
  const one = [{ open: '12:00:00', close: '02:00:00' }];
  const hours = { ...Object.fromEntries(DAYS.map((day) => [day, day === 'monday' ? [] : one])), exceptions: [{ date: '2026-12-25', intervals: [], reason: 'Navidad' }] };
  expect(hoursOf(draftOf(hours as never))).toEqual(hours);
});

test('a branch that said nothing is offered something whole', () => {
  const draft = draftOf(null);
  expect(isWhole(draft)).toBe(true);
  draft.days.monday.push({ open: '23:00', close: '' });
  expect(isWhole(draft)).toBe(false);
});

test('a close that is not after the open is of the next day', () => {
  expect(passesMidnight({ open: '18:00', close: '02:00' })).toBe(true);
  expect(passesMidnight({ open: '18:00', close: '22:00' })).toBe(false);
  expect(passesMidnight({ open: '18:00', close: '' })).toBe(false);
});
