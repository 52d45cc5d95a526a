/**
 * A rush at sixty orders a minute with everything that breaks in it: tablets lose their network, a tab freezes, the box is
 * killed. At the end every screen shows exactly what the ledger says. It takes `COMANDA_RUSH_MINUTES`: half of one unless told otherwise, ten in
 * `make test-long`.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch, pause } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { PickupBoard } from '../harness/board.ts';
import { Expo } from '../harness/expo.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

const RUSH_MS = minutes(process.env.COMANDA_RUSH_MINUTES ?? (process.env.COMANDA_LONG === '1' ? '10' : '0.5')) * 60_000;
const BETWEEN_ORDERS_MS = 1_000;
const STATIONS = ['grill', 'fryer'] as const;
const LEFT_OPEN = 4;

interface Line { id: string; name: string; stations: string[]; status: string; fire: { status: string } }
interface Order { id: string; number: string; version: number; status: string; type: string; table: string | null; lines: Line[] }
interface Card { order: string; number: string; lines: { line: string; state: string }[] }

let branch: Branch;
let devices: Devices;
let cook = '';
let boss = '';

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  cook = branch.command('token', 'create', '--role', 'kitchen', '--name', 'cocina').trim();
  boss = branch.command('token', 'create', '--role', 'admin', '--name', 'jefe').trim();
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

/** A length that nobody meant is no rush of no length. */
function minutes(text: string): number {
  const count = Number(text);
  if (!(count > 0 && count <= 120)) throw new Error(`COMANDA_RUSH_MINUTES is «${text}»: more than 0 and at most 120 is meant`);
  return count;
}

/** Dice that fall the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Asks until the box answers, under one key: what a tablet's outbox does. A refusal is an answer. */
async function insist<T>(method: string, path: string, body: unknown, token: string, headers: Record<string, string> = {}): Promise<T | null> {
  const key = crypto.randomUUID();
  for (;;) {
    try {
      return await branch.api<T>(method, path, body, { 'idempotency-key': key, authorization: `Bearer ${token}`, ...headers });
    } catch (error) {
      if (/: (4\d\d) /.test(String(error))) return null;
      await pause(200);
    }
  }
}

const openOrders = async () => (await insist<{ items: Order[] }>('GET', 'orders?open=true&limit=200&sort=created_at', undefined, boss))?.items ?? [];
const cardsAt = async (station: string) => (await insist<{ items: Card[] }>('GET', `kitchen/orders?station=${station}`, undefined, cook))?.items ?? [];

function meal(roll: () => number): object {
  const lines: object[] = [{ product: 'perro-caliente', quantity: 1 + Math.floor(roll() * 3) }];
  if (roll() < 0.7) lines.push({ product: 'salchipapa-especial', quantity: 1, ...(roll() < 0.4 ? { course: 2, fire: 'held' } : {}) });
  return roll() < 0.5 ? { type: 'dine_in', table: String(1 + Math.floor(roll() * 20)), lines } : { type: 'takeaway', lines };
}

/** Something a waiter, a cook or whoever stands at the pass does to one of the open orders. */
async function act(roll: () => number): Promise<void> {
  const orders = await openOrders();
  const order = orders[Math.floor(roll() * orders.length)];
  if (order === undefined) return;
  const other = orders[Math.floor(roll() * orders.length)] ?? order;
  const line = order.lines.find(({ status }) => status === 'open');
  const version = { 'if-match': String(order.version) };
  const kind = roll();
  if (kind < 0.15) await insist('POST', `orders/${order.id}/fire`, {}, boss);
  else if (kind < 0.25) await insist('POST', `orders/${order.id}/lines`, { lines: [{ product: 'perro-caliente', quantity: 1 }] }, boss);
  else if (kind < 0.32 && line !== undefined) await insist('POST', `orders/${order.id}/lines/${line.id}/void`, { reason: 'se cayó' }, boss, version);
  else if (kind < 0.4) await insist('POST', `orders/${order.id}/move`, { table: String(1 + Math.floor(roll() * 20)) }, boss, version);
  else if (kind < 0.46) await insist('POST', `orders/${order.id}/merge`, { from: other.id, from_version: other.version }, boss, version);
  else await finish(order);
}

/** All of it is cooked and handed over. */
async function finish(order: Order): Promise<void> {
  await insist('POST', `orders/${order.id}/fire`, {}, boss);
  for (const station of STATIONS) await insist('POST', `kitchen/orders/${order.id}/bump`, { station }, cook);
  await insist('PATCH', `orders/${order.id}/status`, { status: 'served' }, boss);
}

/** A tablet loses its network, a tab freezes, the box is killed. */
async function mishap(screens: Device[], roll: () => number): Promise<void> {
  const device = screens[Math.floor(roll() * screens.length)];
  const kind = roll();
  if (kind < 0.25 || device === undefined) {
    await branch.kill();
    await branch.start();
  } else if (kind < 0.6) {
    await device.page.context().setOffline(true);
    await pause(2_500);
    await device.page.context().setOffline(false);
  } else {
    await device.debugging.send('Page.setWebLifecycleState', { state: 'frozen' });
    await pause(4_000);
    await device.debugging.send('Page.setWebLifecycleState', { state: 'active' });
  }
}

test('after a rush in which everything breaks every screen shows what the ledger says', async () => {
  const roll = dice(7);
  const kitchens = await Promise.all(STATIONS.map(async (station) => ({ station, screen: await Kitchen.open(await devices.device(SIZES.tablet), branch, station) })));
  const expo = await Expo.open(await devices.device(SIZES.television), branch);
  const board = await PickupBoard.open(await devices.device(SIZES.television), branch);
  const tills = [await PointOfSale.open(await devices.device(SIZES.tablet), branch), await PointOfSale.open(await devices.device(SIZES.tablet), branch)];
  const screens = [...kitchens.map(({ screen }) => screen.device), expo.device, board.device, ...tills.map(({ device }) => device)];

  let isOver = false;
  let taken = 0;
  const ordering = (async () => {
    for (const until = Date.now() + RUSH_MS; Date.now() < until; taken += 1) {
      const next = Date.now() + BETWEEN_ORDERS_MS;
      await insist('POST', 'orders', meal(roll), boss);
      await pause(Math.max(0, next - Date.now()));
    }
    isOver = true;
  })();
  const working = (async () => {
    while (!isOver) {
      await act(roll);
      await pause(250);
    }
  })();
  const breaking = (async () => {
    while (!isOver) {
      await pause(5_000);
      if (!isOver) await mishap(screens, roll);
    }
  })();
  await Promise.all([ordering, working, breaking]);
  console.log(`${taken} orders were taken in ${RUSH_MS / 1_000} s`);
  for (const order of (await openOrders()).slice(0, -LEFT_OPEN)) await finish(order);

  const patience = { timeout: 45_000, interval: 500 };
  const orders = () => openOrders().then((all) => all.filter(({ status }) => status !== 'merged'));
  for (const { station, screen } of kitchens) {
    await expect.poll(async () => [await linesShown(screen), await linesOfCards(station)], patience).toSatisfy(([shown, said]) => JSON.stringify(shown) === JSON.stringify(said));
  }
  const atThePass = async () => (await orders()).filter(({ status, lines }) => ['accepted', 'preparing', 'ready'].includes(status) && lines.some(({ stations }) => stations.length > 0));
  await expect.poll(async () => [(await expo.numbers()).sort(), (await atThePass()).map(({ number }) => number).sort()], patience).toSatisfy(isPairOfEquals);
  const called = async () => (await orders()).filter(({ type, table }) => type === 'takeaway' || (type === 'dine_in' && table === null));
  await expect.poll(async () => [[...await board.numbers('Preparando'), ...await board.numbers('Listos')].sort(), (await called()).map(({ number }) => number).sort()], patience).toSatisfy(isPairOfEquals);
  for (const till of tills) {
    await till.button(/^\d+ abiertos?: ver/).click();
    for (const { number } of await orders()) await till.button(new RegExp(number)).first().waitFor({ timeout: 20_000 });
  }
}, RUSH_MS + 180_000);

function isPairOfEquals(pair: unknown[]): boolean {
  return JSON.stringify(pair[0]) === JSON.stringify(pair[1]);
}

/** Each card of the screen, of all its pages and of what stands aside, with how many of its lines are to be made and are made. */
async function linesShown({ page }: Kitchen): Promise<string[]> {
  const folded = page.getByRole('complementary', { name: 'Anulados sin ver' }).getByRole('button', { name: 'Mostrar' });
  if (await folded.isVisible()) await folded.click();
  await page.keyboard.press('Escape');
  const shown: string[] = [];
  for (let which = 1; ; which += 1) {
    const cards = await page.getByRole('article').all();
    shown.push(...await Promise.all(cards.map(async (card) => {
      const [name, ready, toMake] = await Promise.all([card.getAttribute('aria-label'), card.locator('.line[aria-pressed="true"]').count(), card.locator('.line[aria-pressed="false"]').count()]);
      return `${name?.replace(/^Pedido /, '') ?? ''} ${ready} ${toMake}`;
    })));
    if (which >= await pagesOf(page)) return shown.sort();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('navigation', { name: `Página ${which + 1} de` }).waitFor();
  }
}

async function pagesOf(page: Kitchen['page']): Promise<number> {
  const turning = page.getByRole('navigation', { name: /^Página \d+ de \d+$/ });
  const label = await turning.isVisible() ? await turning.getAttribute('aria-label') : null;
  return Number(label?.split(' ').pop() ?? 1);
}

async function linesOfCards(station: string): Promise<string[]> {
  const count = (card: Card, state: string) => card.lines.filter((line) => line.state === state).length;
  return (await cardsAt(station)).map((card) => `${card.number} ${count(card, 'ready')} ${count(card, 'to_make')}`).sort();
}
