import { describe, expect, test } from 'vitest';
import { connect } from './connection.ts';
import type { LiveConnection } from './live.ts';
import { FakeWorld, Heard } from './world.fake.ts';

const GRILL = 'station:grill';

function start(scopes = [GRILL]): { world: FakeWorld; heard: Heard; live: LiveConnection } {
  const [world, heard] = [new FakeWorld(), new Heard()];
  const live = connect({ screen: 'kitchen', scopes, uiVersion: 'v1' }, heard, world);
  return { world, heard, live };
}

/** Connected, with one card, at sequence 10. */
function connected(): ReturnType<typeof start> {
  const started = start();
  started.world.open();
  started.world.welcome('snapshot', 10);
  started.world.snapshot(10, ['a']);
  started.world.paint();
  started.heard.told = [];
  return started;
}

function reconnected(world: FakeWorld): void {
  world.pass(10_000);
  world.open();
}

describe('hello', () => {
  test('the first asks for everything', () => {
    const { world, heard } = start();
    world.open();
    expect(world.hello).toEqual({
      type: 'hello', screen: 'kitchen', scopes: [GRILL], journal_id: null, last_sequence: null, ui_version: 'v1',
    });
    world.welcome('snapshot', 10);
    world.snapshot(10, ['a', 'b']);
    expect(heard.told).toEqual([]);
    world.paint();
    expect(heard.told).toEqual(['all: a@10 b@10', 'live']);
  });

  test('how far it has painted is said from inside a frame, and by a frozen page not at all', () => {
    const { world } = connected();
    expect(world.last.painted).toEqual([10]);
    world.message('b', 12, 10);
    world.beat(12, { [GRILL]: 12 });
    expect(world.last.painted, 'nothing is painted yet').toEqual([10]);
    world.paint();
    expect(world.last.painted).toEqual([10, 12]);
  });

  test('after a cut it asks from where this screen is', () => {
    const { world, heard } = connected();
    world.message('b', 12, 10);
    world.paint();
    world.cut();
    reconnected(world);
    expect(world.hello).toMatchObject({ journal_id: 'journal-1', last_sequence: 12 });
    world.welcome('resume', 15);
    world.message('c', 15, 12);
    world.beat(15, { [GRILL]: 15 });
    world.paint();
    expect(heard.told).toEqual(['b@12', 'reconnecting', 'c@15', 'live']);
  });

  test('a box with another journal sends everything anew', () => {
    const { world, heard } = connected();
    world.cut();
    reconnected(world);
    world.welcome('snapshot', 3, { journal_id: 'journal-2' });
    world.message('early', 3, 2);
    world.snapshot(3, ['z']);
    world.message('y', 4, 3);
    world.paint();
    expect(heard.told).toEqual(['reconnecting', 'all: z@3', 'y@4', 'live']);
    world.cut();
    reconnected(world);
    expect(world.hello).toMatchObject({ journal_id: 'journal-2', last_sequence: 4 });
  });

  test('other scopes are asked for on the open connection, and the old ones are heard no more', () => {
    const { world, heard, live } = connected();
    live.listen(['station:fryer']);
    expect(world.sockets).toHaveLength(1);
    expect(world.hello).toMatchObject({ scopes: ['station:fryer'], last_sequence: null });
    world.message('b', 11, 10);
    world.welcome('snapshot', 11);
    world.snapshot(11, ['f'], ['station:fryer']);
    world.paint();
    expect(heard.told).toEqual(['all: f@11']);
  });

  test('a snapshot nobody asked for is taken, one of scopes that were left is not', () => {
    const { world, heard, live } = connected();
    world.snapshot(40, ['b']);
    world.message('c', 41, 40);
    world.paint();
    expect(heard.told).toEqual(['all: b@40', 'c@41']);
    live.listen(['station:fryer']);
    world.snapshot(42, ['d']);
    world.paint();
    expect(heard.told).toHaveLength(2);
  });

  test('it names the lowest of several scopes', () => {
    const { world } = start(['branch', GRILL]);
    world.open();
    world.welcome('snapshot', 10);
    world.snapshot(10, [], ['branch', GRILL]);
    world.message('o', 14, 8, 'branch');
    world.cut();
    reconnected(world);
    expect(world.hello.last_sequence).toBe(10);
  });
});

describe('messages', () => {
  test('many in one frame are told once, the latest view of each', () => {
    const { world, heard } = connected();
    for (let sequence = 11; sequence <= 510; sequence += 1) world.message(sequence % 2 === 0 ? 'a' : 'b', sequence, sequence - 1);
    world.paint();
    expect(heard.told).toEqual(['b@509 a@510']);
  });

  test('a doubled one is applied once', () => {
    const { world, heard } = connected();
    world.message('b', 11, 10);
    world.paint();
    world.message('b', 11, 10);
    world.paint();
    expect(heard.told).toEqual(['b@11']);
  });

  test('a lost one is seen at the next, and asked for', () => {
    const { world, heard } = connected();
    world.message('c', 12, 11);
    expect(world.last.hellos).toHaveLength(2);
    expect(world.hello.last_sequence).toBe(10);
    world.message('d', 13, 12);
    expect(world.last.hellos).toHaveLength(2);
    world.welcome('resume', 13);
    world.message('b', 11, 10);
    world.message('c', 12, 11);
    world.message('d', 13, 12);
    world.beat(13, { [GRILL]: 13 });
    world.paint();
    expect(heard.told).toEqual(['b@11 c@12 d@13']);
  });

  test('in the wrong order nothing is lost and nothing is told backwards', () => {
    const { world, heard } = connected();
    world.message('c', 12, 11);
    world.message('b', 11, 10);
    world.welcome('resume', 12);
    world.message('c', 12, 11);
    world.beat(12, { [GRILL]: 12 });
    world.paint();
    expect(heard.told).toEqual(['b@11 c@12']);
  });

  test('a resume tells several commits as one, each message after the one before it', () => {
    const { world } = connected();
    world.cut();
    reconnected(world);
    world.welcome('resume', 20);
    world.message('c', 20, 10);
    world.beat(20, { [GRILL]: 20 });
    expect(world.last.hellos).toHaveLength(1);
  });

  test('what is lost of a resume shows at the next of it, and is asked for', () => {
    const { world } = connected();
    world.cut();
    reconnected(world);
    world.welcome('resume', 20);
    world.message('c', 20, 17);
    expect(world.last.hellos).toHaveLength(2);
    expect(world.hello.last_sequence).toBe(10);
  });

  test('a beat shows that the last one was lost', () => {
    const { world } = connected();
    world.beat(12, { [GRILL]: 11 });
    expect(world.last.hellos).toHaveLength(2);
    expect(world.hello.last_sequence).toBe(10);
  });

  test('a beat that shows no loss moves every scope forward', () => {
    const { world } = connected();
    world.beat(900, { [GRILL]: 10 });
    world.cut();
    reconnected(world);
    expect(world.hello.last_sequence).toBe(900);
  });

  test('when asking for what is missing does not help, everything is asked for', () => {
    const { world } = connected();
    world.beat(12, { [GRILL]: 11 });
    world.welcome('resume', 12);
    world.beat(12, { [GRILL]: 11 });
    expect(world.hello.last_sequence).toBeNull();
  });

  test('what cannot be read is passed over', () => {
    const { world, heard } = connected();
    for (const frame of ['', '{', 'null', '[]', '{"type":"song","sequence":1}', '{"type":"message","sequence":11}']) {
      world.last.onmessage?.({ data: frame });
    }
    world.message('b', 11, 10);
    world.paint();
    expect(heard.told).toEqual(['b@11']);
  });
});

describe('silence and return', () => {
  test('a cut of less than a second is not mentioned', () => {
    const { world, heard } = connected();
    world.cut();
    world.pass(400);
    world.open();
    world.welcome('resume', 10);
    world.beat(10);
    world.paint();
    world.pass(4_000);
    expect(heard.told).toEqual([]);
  });

  test('it is mentioned from one second, and as stale from twelve without news', () => {
    const { world, heard } = connected();
    const newsAt = world.time;
    world.pass(3_000);
    world.cut();
    world.pass(999);
    expect(heard.healths.slice(1)).toEqual([]);
    world.pass(1);
    expect(heard.healths.slice(1)).toEqual([{ kind: 'reconnecting', newsAt }]);
    world.pass(7_999);
    expect(heard.healths).toHaveLength(2);
    world.pass(1);
    expect(heard.healths.slice(2)).toEqual([{ kind: 'stale', newsAt }]);
  });

  test('twelve seconds of silence end a connection that looks open', () => {
    const { world, heard } = connected();
    world.pass(5_000);
    world.beat(10);
    const silent = world.last;
    world.pass(11_999);
    expect(silent.isClosed).toBe(false);
    world.pass(1);
    expect(silent.isClosed).toBe(true);
    expect(heard.told).toEqual(['stale']);
    silent.say({ type: 'beat', sequence: 99, now: world.stamp(), last: {} });
    expect(heard.told).toEqual(['stale']);
  });

  test('it is live again only when what was missed is shown', () => {
    const { world, heard } = connected();
    world.cut();
    world.pass(20_000);
    world.open();
    world.welcome('resume', 12);
    world.message('b', 11, 10);
    world.paint();
    expect(heard.told).toEqual(['reconnecting', 'stale', 'b@11']);
    world.message('c', 12, 11);
    world.beat(12, { [GRILL]: 12 });
    world.paint();
    expect(heard.told.slice(3)).toEqual(['c@12', 'live']);
  });

  test('tries are at a random moment below a doubling bound, ten seconds at most', () => {
    const { world } = connected();
    world.chance = 0.999;
    world.cut();
    for (const bound of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      const before = world.sockets.length;
      world.pass(bound * 0.9);
      expect(world.sockets).toHaveLength(before);
      world.pass(bound * 0.1);
      expect(world.sockets).toHaveLength(before + 1);
      world.cut();
    }
  });

  test('when the network is back or somebody looks, it tries at once', () => {
    const { world } = connected();
    world.chance = 0.999;
    for (let times = 0; times < 6; times += 1) {
      world.cut();
      world.pass(10_000);
    }
    world.cut();
    const before = world.sockets.length;
    world.wake();
    expect(world.sockets).toHaveLength(before + 1);
    world.wake();
    expect(world.sockets).toHaveLength(before + 1);
  });

  test('a device that slept does not believe its old connection', () => {
    const { world, heard } = connected();
    world.sleep(3_600_000);
    world.wake();
    expect(world.sockets).toHaveLength(2);
    expect(heard.told).toEqual(['stale']);
  });

  test('a connection in good health is left alone when somebody looks', () => {
    const { world } = connected();
    world.pass(3_000);
    world.wake();
    expect(world.sockets).toHaveLength(1);
  });
});

describe('the end of a session', () => {
  test.each([[4401, 'session'], [4403, 'forbidden']] as const)('%i ends it until somebody logs in', (code, why) => {
    const { world, heard, live } = connected();
    world.cut(code);
    world.pass(60_000);
    world.wake();
    expect(world.sockets).toHaveLength(1);
    expect(heard.healths[heard.healths.length - 1]).toEqual({ kind: 'ended', why });
    live.reopen();
    world.open();
    expect(world.hello.last_sequence).toBe(10);
    world.welcome('resume', 10);
    world.beat(10);
    world.paint();
    expect(heard.healths[heard.healths.length - 1]).toEqual({ kind: 'live' });
  });

  test('a refused upgrade is asked about by HTTP', async () => {
    const { world, heard } = start();
    world.refusal = 'session';
    world.cut();
    await Promise.resolve();
    await Promise.resolve();
    expect(heard.healths).toEqual([{ kind: 'ended', why: 'session' }]);
    world.pass(60_000);
    expect(world.sockets).toHaveLength(1);
  });

  test('after close nothing is told and nothing is tried', () => {
    const { world, heard, live } = connected();
    world.message('b', 11, 10);
    live.close();
    world.paint();
    world.pass(60_000);
    world.wake();
    expect(heard.told).toEqual([]);
    expect(world.sockets).toHaveLength(1);
  });
});

describe('beside the views', () => {
  test('the clock is the box\'s, by the quickest of the last stamps', () => {
    const { world, live } = start();
    world.boxAhead = 90_000;
    world.open();
    world.welcome('snapshot', 10);
    expect(live.now() - world.time).toBe(90_000);
    world.boxAhead = 89_700;
    world.beat(10);
    expect(live.now() - world.time).toBe(90_000);
    world.boxAhead = -5_000;
    world.beat(10);
    expect(live.now() - world.time).toBe(-5_000);
  });

  test('another build is told once', () => {
    const { world, heard } = connected();
    for (let times = 0; times < 2; times += 1) {
      world.cut();
      reconnected(world);
      world.welcome('resume', 10, { ui_version: 'v2' });
    }
    expect(heard.builds).toBe(1);
  });
});

describe('without a WebSocket', () => {
  /** Three attempts, of which two were closed before they heard anything. */
  function deaf() {
    const started = start();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      started.world.cut();
      started.world.pass(10_000);
    }
    return started;
  }

  test('after two that brought nothing it takes an answer that goes on, and hears the same', () => {
    const { world, heard } = deaf();
    expect(world.sockets.map(({ way }) => way)).toEqual(['socket', 'socket', 'events']);
    world.open();
    world.welcome('snapshot', 10);
    world.snapshot(10, ['a']);
    world.paint();
    expect(heard.told.slice(-2)).toEqual(['all: a@10', 'live']);
  });

  test('where that brings nothing either it asks again and again, with a WebSocket tried before', () => {
    const { world } = deaf();
    world.cut();
    world.pass(10_000);
    expect(world.last.way).toBe('socket');
    world.cut();
    world.pass(10_000);
    expect(world.last.way).toBe('polling');
  });

  test.each(['events', 'polling'] as const)('a way round that brought something and is cut is the first to be tried again: %s', (way) => {
    const { world } = deaf();
    while (world.last.way !== way) {
      world.cut();
      world.pass(10_000);
    }
    world.open();
    world.welcome('snapshot', 10);
    world.snapshot(10, ['a']);
    world.cut();
    world.pass(10_000);
    expect(world.last.way).toBe(way);
  });

  test('while it goes round it is tried once a minute whether a WebSocket gets through, and nothing is dropped for that', () => {
    const { world } = deaf();
    world.open();
    world.welcome('snapshot', 10);
    world.snapshot(10, ['a']);
    world.paint();
    const round = world.last;
    for (let second = 0; second < 60; second += 1) {
      world.pass(1_000);
      round.say({ type: 'beat', sequence: 10, now: new Date(world.time).toISOString(), last: { [GRILL]: 10 } });
    }
    const probe = world.last;
    expect([probe === round, probe.way, round.isClosed]).toEqual([false, 'socket', false]);
    probe.onopen?.();
    expect([round.isClosed, world.last.way, world.last === probe]).toEqual([true, 'socket', false]);
  });
});
