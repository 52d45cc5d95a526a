/**
 * The live client of the screens and the real box, with a network between them that loses, doubles, reorders and truncates:
 * in the end a screen shows what the box has, whatever happened on the way.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { Branch, type PlacedOrder } from './harness/branch.ts';
import { type Conduct, faithful, FaultProxy } from './harness/fault_proxy.ts';
import { Listening } from './harness/listening.ts';

let branch: Branch;
let proxy: FaultProxy;
let grill: string;
let screen: Listening;

beforeAll(async () => {
  branch = await Branch.open();
  const stations = await branch.api<{ items: { id: string; key: string }[] }>('GET', 'stations');
  grill = `station:${stations.items.find(({ key }) => key === 'grill')?.id}`;
});
afterAll(() => branch.close());
beforeEach(async () => {
  proxy = await FaultProxy.before(branch.address, branch.token);
  screen = new Listening(proxy.address, ['branch', grill]);
  await screen.until(({ health }) => health.kind === 'live');
});
afterEach(async () => {
  screen.close();
  await proxy.close();
});

const burger = () => branch.order([['super-perro-la-esquina', 1]]);

/** What the box would tell a screen that had just been switched on. */
async function truth(): Promise<{ orders: Map<string, unknown>; cards: Map<string, unknown> }> {
  const orders = new Map<string, unknown>();
  let cursor = '';
  do {
    const page = await branch.api<{ items: PlacedOrder[]; next_cursor: string | null }>('GET', `orders?open=true&limit=200${cursor}`);
    page.items.forEach((order) => orders.set(order.id, order));
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
  } while (cursor !== '');
  const cards = await branch.api<{ items: { order: string }[] }>('GET', `kitchen/orders?station=${grill.slice(8)}`);
  return { orders, cards: new Map(cards.items.map((card) => [card.order, card])) };
}

async function showsTheTruth(): Promise<void> {
  const { orders, cards } = await truth();
  const is = (shown: Map<string, unknown>, wanted: Map<string, unknown>) =>
    shown.size === wanted.size && [...wanted].every(([id, view]) => isDeepStrictEqual(shown.get(id), view));
  // What it is not in time, the comparison below says more plainly than a lapse of patience.
  await screen.until((screen) => is(openOrders(screen), orders) && is(openCards(screen), cards)).catch(() => {});
  expect(openOrders(screen)).toEqual(orders);
  expect(openCards(screen)).toEqual(cards);
}

/** Orders that became final are told once more, with how they ended. */
function openOrders(screen: Listening): Map<string, unknown> {
  const isOpen = (view: unknown) => !['served', 'delivered', 'cancelled'].includes((view as PlacedOrder).status);
  return new Map([...screen.of('branch', 'order')].filter(([, view]) => isOpen(view)));
}

function openCards(screen: Listening): Map<string, unknown> {
  const isOpen = (view: unknown) => (view as { bumped_at: string | null }).bumped_at === null;
  return new Map([...screen.of(grill, 'card')].filter(([, view]) => isOpen(view)));
}

/** A minute of the kitchen: orders come, lines are added and voided, cards are bumped and called back. */
async function aBusyMinute(): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const order = await burger();
    const station = { station: grill.slice(8) };
    await branch.api('POST', `orders/${order.id}/lines`, { lines: [{ product: 'perro-caliente', quantity: 2 }] });
    await branch.api('POST', `kitchen/orders/${order.id}/lines/${order.lines[0]?.id}/ready`, station);
    if (round % 2 === 0) await branch.api('POST', `kitchen/orders/${order.id}/bump`, station);
    if (round % 4 === 0) await branch.api('POST', `kitchen/orders/${order.id}/recall`, station);
    if (round % 3 === 2) {
      const now = await branch.api<PlacedOrder>('GET', `orders/${order.id}`);
      await branch.api('POST', `orders/${order.id}/cancel`, { reason: 'se fueron' }, { 'if-match': `"${now.version}"` });
    }
  }
}

test('a faithful network shows everything as it is', async () => {
  await aBusyMinute();
  await showsTheTruth();
  expect(proxy.connections).toBe(1);
});

const isMessage = (frame: string) => frame.includes('"type":"message"');
let held: string[] = [];
const faults: Record<string, Conduct> = {
  'every third message is lost': every(3, () => []),
  'every message comes twice': every(1, (frame) => [frame, frame]),
  'messages come in pairs the wrong way round': (frame) => {
    if (!isMessage(frame)) return [...held.splice(0), frame];
    held.push(frame);
    return held.length < 2 ? [] : held.splice(0).reverse();
  },
  'every fourth message is cut in half': every(4, (frame) => [frame.slice(0, frame.length / 2)]),
};

function every(nth: number, fault: Conduct): Conduct {
  let count = 0;
  return (frame) => (isMessage(frame) && (count += 1) % nth === 0 ? fault(frame) : [frame]);
}

for (const [name, conduct] of Object.entries(faults)) {
  test(`${name}, and in the end the screen is right`, async () => {
    proxy.conduct = conduct;
    await aBusyMinute();
    await showsTheTruth();
  });
}

test('a connection that goes silent without closing is given up, and what was missed comes', async () => {
  proxy.goSilent();
  await aBusyMinute();
  await screen.until(({ health }) => health.kind === 'stale');
  proxy.wake();
  await showsTheTruth();
  expect(proxy.connections).toBeGreaterThan(1);
}, 60_000);

test('a connection cut again and again in a rush misses nothing', async () => {
  const cuts = setInterval(() => proxy.cut(), 150);
  await aBusyMinute();
  clearInterval(cuts);
  await showsTheTruth();
  expect(screen.snapshots).toBe(1);
});

test('the box is killed and comes back: the screen resumes where it was, without a new picture of everything', async () => {
  await burger();
  await showsTheTruth();
  await branch.kill();
  await screen.until(({ health }) => health.kind !== 'live');
  await branch.start();
  await burger();
  await showsTheTruth();
  expect(screen.snapshots).toBe(1);
});

test('after the faults are over it listens as before', async () => {
  proxy.conduct = every(2, () => []);
  await burger();
  proxy.conduct = faithful;
  await burger();
  await showsTheTruth();
  expect(screen.health.kind).toBe('live');
});
