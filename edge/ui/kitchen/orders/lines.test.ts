import { expect, test } from 'vitest';
import { mustBeReadAgain } from './changes.ts';
import { isOpen, linesOf } from './lines.ts';
import { isShown, withPending } from './pending.ts';
import { card, cardLine, line } from './samples.fake.ts';

test('a line made at two stations stands once, and is ready when both are', () => {
  const grill = card({ station: 'grill', lines: [cardLine({ line: 'a', state: 'ready', ready_at: '2026-11-21T12:35:00-05:00' })] });
  const fryer = card({ station: 'fryer', lines: [cardLine({ line: 'a' }), cardLine({ line: 'b' })] });
  const lines = linesOf([grill, fryer]);
  expect(lines.map(({ id, state, stations }) => [id, state, stations])).toEqual([
    ['a', 'to_make', ['grill', 'fryer']], ['b', 'to_make', ['fryer']],
  ]);
});

test('additions come after what was there, and voids that were seen are gone', () => {
  const lines = linesOf([card({ lines: [
    cardLine({ line: 'added', addition: true, fired_at: '2026-11-21T12:38:00-05:00' }),
    cardLine({ line: 'first' }),
    cardLine({ line: 'gone', state: 'voided', void_seen: true }),
  ] })]);
  expect(lines.map(({ id }) => id)).toEqual(['first', 'added']);
});

test('a card is open until it is bumped or nothing is left on it', () => {
  expect(isOpen(card())).toBe(true);
  expect(isOpen(card({ bumped_at: '2026-11-21T12:41:00-05:00' }))).toBe(false);
  expect(isOpen(card({ lines: [cardLine({ state: 'voided' })] }))).toBe(true);
  expect(isOpen(card({ lines: [cardLine({ state: 'voided', void_seen: true })] }))).toBe(false);
});

test('what is pending shows at once, the later over the earlier', () => {
  const before = [line({ id: 'a' }), line({ id: 'b', state: 'voided' })];
  const after = withPending(before, [
    { id: '1', change: { kind: 'ready', line: 'a' }, state: 'sending' },
    { id: '2', change: { kind: 'seen', line: 'b' }, state: 'sending' },
  ]);
  expect(after.map(({ id, state, pending }) => [id, state, pending])).toEqual([['a', 'ready', 'sending']]);
  const undone = withPending(before, [
    { id: '1', change: { kind: 'ready', line: 'a' }, state: 'confirmed' },
    { id: '3', change: { kind: 'unready', line: 'a' }, state: 'waiting' },
  ]);
  expect(undone[0]).toMatchObject({ state: 'to_make', pending: 'waiting' });
});

test('a change is shown when the box says the same', () => {
  const lines = [line({ id: 'a', state: 'ready' })];
  expect(isShown(lines, { kind: 'ready', line: 'a' })).toBe(true);
  expect(isShown(lines, { kind: 'unready', line: 'a' })).toBe(false);
  expect(isShown(lines, { kind: 'seen', line: 'b' })).toBe(true);
  expect(isShown([], { kind: 'bump' })).toBe(true);
});

test('a card is read again for an addition, a void or a note, not for what cooks do', () => {
  const before = { lines: [line({ id: 'a' })], notes: null };
  expect(mustBeReadAgain(before, { lines: [line({ id: 'a', state: 'ready' })], notes: null })).toBe(false);
  expect(mustBeReadAgain(before, { lines: [], notes: null })).toBe(false);
  expect(mustBeReadAgain(before, { lines: [line({ id: 'a' }), line({ id: 'b' })], notes: null })).toBe(true);
  expect(mustBeReadAgain(before, { lines: [line({ id: 'a', state: 'voided' })], notes: null })).toBe(true);
  expect(mustBeReadAgain(before, { lines: [line({ id: 'a' })], notes: 'Alergia al maní' })).toBe(true);
});
