import { beforeEach, expect, test } from 'vitest';
import type { Outcome, Problem } from '../api/client.ts';
import { Outbox, SENDS_ITSELF_FOR_MS, type Keeping, type Waiting } from './outbox.ts';

const OK: Outcome<unknown> = { kind: 'ok', value: 'yes', sequence: 1, replayed: false };
const SILENCE: Outcome<unknown> = { kind: 'unreachable' };
const refused = (status: number): Outcome<unknown> => ({ kind: 'refused', problem: { code: 'some', message: 'no', status, errors: [] } satisfies Problem });

let disk: Map<string, Waiting<string>>;
let answers: (key: string) => Outcome<unknown>;
let sent: string[];
let taken: string[];
let shown: string[];
let now: number;

function open(): Outbox<string> {
  const keeping: Keeping<string> = {
    all: async () => [...disk.values()].sort((a, b) => a.madeAt - b.madeAt),
    put: async (waiting) => { disk.set(waiting.key, waiting); },
    remove: async (key) => { disk.delete(key); },
  };
  const send = async ({ key }: Waiting<string>) => { sent.push(key); return answers(key); };
  return new Outbox({ keeping, send, now: () => now }, {
    changed: (waiting) => { shown = waiting.map(({ key, isRefused }) => (isRefused ? `${key}!` : key)); },
    taken: ({ key }) => { taken.push(key); },
  });
}

const command = (key: string, subject = key) => ({ key, subject, path: 'orders', body: {}, madeAt: (now += 1), about: key, problem: null });

beforeEach(() => {
  [disk, sent, taken, shown, now] = [new Map(), [], [], [], 1_000];
  answers = () => OK;
});

test('what waits goes in the order it was made, each once, and is forgotten when the box has it', async () => {
  const outbox = open();
  for (const key of ['a', 'b', 'c']) await outbox.put(command(key));
  await outbox.drain();
  expect([sent, taken, shown, disk.size]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], [], 0]);
  await outbox.drain();
  expect(sent).toEqual(['a', 'b', 'c']);
});

test('silence stops it, and the same keys go when the box is back', async () => {
  const outbox = open();
  for (const key of ['a', 'b']) await outbox.put(command(key));
  answers = () => SILENCE;
  await outbox.drain();
  expect([sent, shown, disk.get('a')?.attempts]).toEqual([['a'], ['a', 'b'], 2]);
  answers = () => OK;
  await outbox.drain();
  expect([sent, taken]).toEqual([['a', 'a', 'b'], ['a', 'b']]);
});

test('a box that is full, busy or asks for a log-in has not said no', async () => {
  const outbox = open();
  await outbox.put(command('a'));
  for (const status of [503, 500, 401, 429]) {
    answers = () => refused(status);
    await outbox.drain();
    expect(shown).toEqual(['a']);
  }
});

test('a refusal stops its order until a person decides, and no other', async () => {
  const outbox = open();
  await outbox.put(command('a', 'order'));
  await outbox.put(command('b', 'order'));
  await outbox.put(command('c'));
  answers = (key) => (key === 'a' ? refused(409) : OK);
  await outbox.drain();
  expect([taken, shown]).toEqual([['c'], ['a!', 'b']]);
  await outbox.drain();
  expect(sent).toEqual(['a', 'c']);
  await outbox.discard('a');
  await outbox.drain();
  expect([taken, shown]).toEqual([['c', 'b'], []]);
});

test('what was refused is tried again when a person wants it', async () => {
  const outbox = open();
  await outbox.put(command('a'));
  answers = () => refused(409);
  await outbox.drain();
  answers = () => OK;
  await outbox.confirm('a');
  expect([taken, shown]).toEqual([['a'], []]);
});

test('what is older than half an hour is sent only when a person says that it is still wanted', async () => {
  const outbox = open();
  await outbox.put(command('a'));
  now += SENDS_ITSELF_FOR_MS;
  await outbox.drain();
  expect(sent).toEqual([]);
  await outbox.confirm('a');
  expect(taken).toEqual(['a']);
});

test('what waited when the page was left waits when it is opened again', async () => {
  await open().put(command('a'));
  const outbox = open();
  await outbox.load();
  expect(shown).toEqual(['a']);
  await outbox.drain();
  expect(taken).toEqual(['a']);
});

test('two that are told to go at once go once', async () => {
  const outbox = open();
  await outbox.put(command('a'));
  await Promise.all([outbox.drain(), outbox.drain()]);
  expect(sent).toEqual(['a']);
});
