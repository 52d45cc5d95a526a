import { expect, test } from 'vitest';
import { waiting } from './ages.ts';
import { line } from './samples.fake.ts';

const FIRED = 1_000_000;
const SECOND = 1_000;

test('soon from 70 %, late from 100 % of the target', () => {
  const lines = [line({ firedAt: FIRED, targetMs: 100 * SECOND })];
  expect(waiting(lines, FIRED, FIRED + 69 * SECOND).age).toBe('fresh');
  expect(waiting(lines, FIRED, FIRED + 70 * SECOND).age).toBe('soon');
  expect(waiting(lines, FIRED, FIRED + 99 * SECOND).age).toBe('soon');
  expect(waiting(lines, FIRED, FIRED + 100 * SECOND).age).toBe('late');
});

test('the order takes its worst line, and the timer counts from that', () => {
  const slow = line({ firedAt: FIRED, targetMs: 900 * SECOND });
  const quick = line({ firedAt: FIRED + 60 * SECOND, targetMs: 100 * SECOND });
  expect(waiting([slow, quick], FIRED, FIRED + 200 * SECOND)).toEqual({ age: 'late', ratio: 1.4, elapsedMs: 140 * SECOND });
});

test('a line that is ready is late no more', () => {
  const late = line({ firedAt: FIRED, targetMs: 10 * SECOND, state: 'ready', readyAt: FIRED + 50 * SECOND });
  const added = line({ firedAt: FIRED + 600 * SECOND, targetMs: 300 * SECOND });
  expect(waiting([late, added], FIRED, FIRED + 610 * SECOND)).toMatchObject({ age: 'fresh', elapsedMs: 10 * SECOND });
});

test('an order that is all ready keeps the age it had, and its timer goes on', () => {
  const ready = line({ firedAt: FIRED, targetMs: 100 * SECOND, state: 'ready', readyAt: FIRED + 80 * SECOND });
  expect(waiting([ready], FIRED, FIRED + 400 * SECOND)).toEqual({ age: 'soon', ratio: 0.8, elapsedMs: 400 * SECOND });
});

test('voids and lines without a target are never late', () => {
  const lines = [line({ firedAt: FIRED, targetMs: 10, state: 'voided' }), line({ firedAt: FIRED, targetMs: 0 })];
  expect(waiting(lines, FIRED, FIRED + 4_000 * SECOND).age).toBe('fresh');
});
