import { expect, test } from 'vitest';
import type { Outcome } from '$ui/api/client.ts';
import { CommandQueue } from './command-queue.ts';
import type { Command } from './command-queue.ts';

const ok: Outcome<string> = { kind: 'ok', value: 'card', sequence: 1, replayed: false };
const unreachable: Outcome<string> = { kind: 'unreachable' };
const refused = (status: number): Outcome<string> =>
  ({ kind: 'refused', problem: { code: 'order.illegal_transition', message: 'No.', status, errors: [] } });

const command = (key: string, order = 'o', mayWait = true): Command => ({ key, order, path: key, body: {}, mayWait });

function queue(answers: Record<string, Outcome<string>[]> = {}) {
  const log: string[] = [];
  const timers: (() => void)[] = [];
  const made = new CommandQueue<string>({
    send: (sent) => {
      log.push(`send ${sent.key}`);
      return Promise.resolve(answers[sent.key]?.shift() ?? ok);
    },
    waits: ({ key }) => log.push(`waits ${key}`),
    ended: ({ key }, fate) => log.push(`${fate.kind} ${key}`),
    after: (_, call) => void timers.push(call),
  });
  return { made, log, timers, settle: () => new Promise((resolve) => setImmediate(resolve)) };
}

test('commands of one order go one after another, those of others beside them', async () => {
  const { made, log, settle } = queue();
  made.push(command('1'));
  made.push(command('2'));
  made.push(command('3', 'other'));
  expect(log).toEqual(['send 1', 'send 3']);
  await settle();
  expect(log.filter((entry) => !entry.endsWith('3'))).toEqual(['send 1', 'done 1', 'send 2', 'done 2']);
  expect(log).toContain('done 3');
});

test('what may wait is sent again with the same key, in order', async () => {
  const { made, log, timers, settle } = queue({ '1': [unreachable, unreachable] });
  made.push(command('1'));
  await settle();
  made.push(command('2'));
  expect(log).toEqual(['send 1', 'waits 1', 'waits 2']);
  expect(made.waiting).toBe(2);
  timers.shift()?.();
  await settle();
  made.tryAgain();
  await settle();
  expect(log.slice(3)).toEqual(['send 1', 'waits 1', 'waits 2', 'send 1', 'done 1', 'send 2', 'done 2']);
  expect(made.waiting).toBe(0);
});

test('what may not wait is said to be not taken', async () => {
  const { made, log, settle } = queue({ '1': [unreachable], '2': [unreachable] });
  made.push(command('1', 'o', false));
  await settle();
  made.push(command('2'));
  await settle();
  made.push(command('3', 'o', false));
  expect(log).toEqual(['send 1', 'not_taken 1', 'send 2', 'waits 2', 'not_taken 3']);
});

test('a refusal ends the command and not the ones after it', async () => {
  const { made, log, settle } = queue({ '1': [refused(409)] });
  made.push(command('1'));
  made.push(command('2'));
  await settle();
  expect(log).toEqual(['send 1', 'refused 1', 'send 2', 'done 2']);
});

test('a box that is busy, or wants a log in, is asked again', async () => {
  const { made, log, settle } = queue({ '1': [refused(503), refused(401)] });
  made.push(command('1'));
  await settle();
  made.tryAgain();
  await settle();
  made.tryAgain();
  await settle();
  expect(log).toEqual(['send 1', 'waits 1', 'send 1', 'waits 1', 'send 1', 'done 1']);
});

test('only what surely never reached the box is taken back', async () => {
  const { made, settle } = queue({ '1': [unreachable] });
  made.push(command('1'));
  await settle();
  made.push(command('2'));
  expect(made.takeBack('2')).toBe(true);
  expect(made.takeBack('1')).toBe(false);
  expect(made.takeBack('never')).toBe(false);
});
