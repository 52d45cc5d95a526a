/** A rush that goes on for hours: three hundred open cards on a slow tablet, and a heap that stays flat. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch, pause } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';

/** As `make test-long` asks: the whole number of cards; otherwise enough to see a slope. */
const MADE_AND_GONE = process.env.COMANDA_LONG === '1' ? 2_000 : 400;

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

async function many(count: number, each: (number: number) => Promise<unknown>): Promise<void> {
  for (let begun = 0; begun < count; begun += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - begun) }, (_, number) => each(begun + number)));
  }
}

async function heapAndNodes({ debugging }: Device): Promise<{ heap: number; nodes: number; listeners: number }> {
  await debugging.send('HeapProfiler.collectGarbage');
  await debugging.send('HeapProfiler.collectGarbage');
  await debugging.send('Performance.enable');
  const { metrics } = await debugging.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

test('cards made and gone leave nothing behind', async () => {
  const kitchen = await Kitchen.open(await devices.device(SIZES.television), branch, 'grill');
  const station = { station: 'grill' };
  const aCard = async () => {
    const order = await branch.order([['perro-caliente', 1, 'sin-cebolla'], ['choriperro', 2]]);
    await branch.api('POST', `kitchen/orders/${order.id}/lines/${order.lines[0]?.id}/ready`, station);
    await branch.api('POST', `kitchen/orders/${order.id}/bump`, station);
    await branch.api('PATCH', `orders/${order.id}/status`, { status: 'served' });
  };
  const isEmpty = async () => {
    await expect.poll(() => kitchen.cards().count(), { timeout: 20_000 }).toBe(0);
    // The places that the last cards left close up.
    await pause(1_500);
  };
  await many(100, aCard);
  await isEmpty();
  const before = await heapAndNodes(kitchen.device);
  await many(MADE_AND_GONE, aCard);
  await isEmpty();
  const after = await heapAndNodes(kitchen.device);
  console.log(`heap ${before.heap} → ${after.heap}, nodes ${before.nodes} → ${after.nodes}, listeners ${before.listeners} → ${after.listeners}`);
  expect(after.heap - before.heap).toBeLessThan(1_000_000);
  expect(after.nodes - before.nodes).toBeLessThan(200);
  expect(after.listeners - before.listeners).toBeLessThan(50);
  expect(kitchen.device.faults).toEqual([]);
  await kitchen.device.close();
}, 300_000);

test('three hundred open cards are all there, in their order, and a tap still bumps the right one', async () => {
  await many(300, (number) => branch.order([['perro-caliente', 1 + (number % 3)]], { customer: { name: `Cliente ${number}` } }));
  const device = await devices.device(SIZES.tablet);
  await device.slowDown(4);
  const kitchen = await Kitchen.open(device, branch, 'grill');
  const { items } = await branch.api<{ items: { number: string }[] }>('GET', 'kitchen/orders?station=grill');
  expect(items).toHaveLength(300);
  await kitchen.page.getByText('300').first().waitFor();
  const shown = await kitchen.cards().count();
  expect(shown).toBeGreaterThan(0);
  const first = items[0]?.number ?? '';
  await kitchen.bump(first);
  await kitchen.isGone(first);
  await kitchen.page.getByText('299').first().waitFor();
  expect(device.faults).toEqual([]);
  await device.close();
}, 120_000);
