/** Some networks let no WebSocket through: the screens go round by themselves, and nobody who looks at one notices. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PickupBoard } from '../harness/board.ts';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const take = () => branch.order([['perro-caliente', 1]]);
const ready = ({ id }: PlacedOrder) =>
  branch.api('PATCH', `orders/${id}/status`, { status: 'preparing' }).then(() => branch.api('PATCH', `orders/${id}/status`, { status: 'ready' }));

/** What stands between the page and the box lets none of these through. */
async function behind(page: Page, ...kinds: ('WebSocket' | 'EventSource')[]): Promise<void> {
  await page.addInitScript((blocked) => {
    class Blocked {
      onclose: ((event: { code: number }) => void) | null = null;
      onerror: (() => void) | null = null;
      constructor() {
        setTimeout(() => { this.onclose?.({ code: 1006 }); this.onerror?.(); }, 20);
      }
      addEventListener(): void {}
      send(): void {}
      close(): void {}
    }
    for (const kind of blocked) Object.assign(globalThis, { [kind]: Blocked });
  }, kinds);
}

test.each([
  ['an answer that goes on', ['WebSocket'], '/live/events'],
  ['asking again and again', ['WebSocket', 'EventSource'], '/live/poll'],
] as const)('a board that no WebSocket reaches hears of everything by %s', async (_, blocked, path) => {
  const device = await devices.device(SIZES.television);
  const asked: string[] = [];
  device.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await behind(device.page, ...blocked);
  const board = await PickupBoard.open(device, branch);
  const order = await take();
  await expect.poll(() => board.numbers('Preparando'), { timeout: 60_000 }).toContain(order.number);
  expect(asked.some((one) => one.endsWith(path))).toBe(true);
  await ready(order);
  await expect.poll(() => board.numbers('Listos'), { timeout: 20_000 }).toContain(order.number);

  // It paints what it is told, and says so whichever way it goes.
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Pantallas');
  await manager.page.getByRole('listitem').filter({ hasText: 'Tablero' }).filter({ hasText: 'Al día' }).first().waitFor({ timeout: 30_000 });
  await manager.device.close();

  await branch.kill();
  await board.page.getByRole('alert').filter({ hasText: 'Sin conexión' }).waitFor({ timeout: 40_000 });
  await branch.start();
  const next = await take();
  await expect.poll(() => board.numbers('Preparando'), { timeout: 60_000 }).toContain(next.number);
  await device.close();
}, 240_000);
