import { expect, test } from 'vitest';
import type { SyncStatus } from '$ui/api/types.ts';
import { verdictOf } from './cloud-words.ts';

const standing = (status: SyncStatus['status'], waiting: number): SyncStatus => ({
  status, waiting, branch: null, head: 10, acknowledged: 10 - waiting, acknowledged_at: null, waiting_since: null, detail: null, directives: [],
});

test('only what is all in the cloud is said to be safe, and what is not is counted', () => {
  expect(verdictOf(standing('streaming', 0)).title).toBe('Todo está a salvo en la nube');
  expect(verdictOf(standing('streaming', 1)).title).toBe('1 hecho aún no está a salvo en la nube');
  expect(verdictOf(standing('offline', 7)).title).toBe('7 hechos aún no están a salvo en la nube');
  expect(verdictOf(standing('offline', 0)).look).toBe('attention');
});

test('what needs somebody is pressing, and each says what to do', () => {
  for (const status of ['fenced', 'stranger', 'unsupported', 'stuck'] as const) {
    const verdict = verdictOf(standing(status, 3));
    expect([verdict.look, verdict.advice.length > 20]).toEqual(['danger', true]);
  }
});
