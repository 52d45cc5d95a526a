import { expect, test } from 'vitest';
import type { Alert } from '../api/types.ts';
import { byUrgency, isPressing } from './ranking.ts';

const alert = (id: string, change: Partial<Alert>): Alert => ({
  id, kind: 'PrinterDown', severity: 'high', message: '', advice: '', stations: [], raised_at: '2026-11-22T12:00:00-05:00', ...change,
});

test('what nobody is on comes first, then what weighs most, then what is oldest', () => {
  const all = [
    alert('taken', { severity: 'critical', taken_by: 'Andrés' }),
    alert('low', { severity: 'low' }),
    alert('younger', { raised_at: '2026-11-22T12:05:00-05:00' }),
    alert('older', {}),
    alert('critical', { severity: 'critical' }),
  ];
  expect(all.sort(byUrgency).map(({ id }) => id)).toEqual(['critical', 'older', 'younger', 'low', 'taken']);
});

test('only what weighs much and nobody is on presses itself on the screens', () => {
  expect([alert('a', {}), alert('b', { severity: 'medium' }), alert('c', { taken_by: 'Andrés' })].map(isPressing)).toEqual([true, false, false]);
});
