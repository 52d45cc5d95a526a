import { expect, test } from 'vitest';
import { standing, timeOf } from './opening.ts';

const NOON = Date.parse('2026-11-22T12:00:00-05:00');
const said = (status: 'open' | 'busy' | 'paused' | 'closed', until: string | null, now = NOON) =>
  standing({ status, until, extra_minutes: status === 'busy' ? 20 : 0 }, now);

test('an open branch says until when, and a busy one how much longer', () => {
  expect(said('open', '2026-11-22T22:00:00.000-05:00')).toEqual({ isOpen: true, words: 'Abierto hasta las 22:00' });
  expect(said('open', null).words).toBe('Abierto');
  expect(said('busy', null)).toEqual({ isOpen: true, words: 'Abierto · hay una demora de unos 20 min' });
});

test('a closed branch says when it opens, as the day is at the branch', () => {
  expect(said('closed', '2026-11-22T18:00:00.000-05:00').words).toBe('Cerrado · abre a las 18:00');
  expect(said('closed', '2026-11-23T11:00:00.000-05:00').words).toBe('Cerrado · abre mañana a las 11:00');
  expect(said('closed', '2026-11-24T11:00:00.000-05:00').words).toBe('Cerrado · abre el martes a las 11:00');
  const lateAtTheBranch = Date.parse('2026-11-22T23:30:00-05:00');
  expect(said('closed', '2026-11-23T11:00:00.000-05:00', lateAtTheBranch).words, 'in UTC it is Monday already').toBe('Cerrado · abre mañana a las 11:00');
  expect(said('closed', null)).toEqual({ isOpen: false, words: 'Cerrado por ahora' });
});

test('a pause says when it is over, where that is known', () => {
  expect(said('paused', '2026-11-22T14:00:00.000-05:00').words).toBe('En pausa · vuelve a las 14:00');
  expect(said('paused', null).words).toBe('En pausa por un momento');
});

test('hours are written without their seconds', () => {
  expect([timeOf('11:00:00'), timeOf('2026-11-22T22:30:00.000-05:00')]).toEqual(['11:00', '22:30']);
});
