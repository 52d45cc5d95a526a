/** The box goes and comes back: a screen says plainly that it is stale, and then is right again by itself. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Branch } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let kitchen: Kitchen;
let pos: PointOfSale;

beforeAll(async () => {
  devices = await Devices.open();
});
afterAll(() => devices.close());
beforeEach(async () => {
  branch = await Branch.open();
  const [wall, tablet] = await Promise.all([devices.device(SIZES.television), devices.device(SIZES.tablet)]);
  [kitchen, pos] = await Promise.all([Kitchen.open(wall, branch), PointOfSale.open(tablet, branch)]);
});
afterEach(async () => {
  for (const device of [kitchen.device, pos.device]) {
    expect(device.faults).toEqual([]);
    await device.close();
  }
  await branch.close();
});

const stale = (device: Device) => device.page.getByText('SIN CONEXIÓN').first();

test('a killed box is said on both screens, and when it is back both are right', async () => {
  const before = await branch.order([['perro-caliente', 1]]);
  await kitchen.card(before.number).waitFor();
  await branch.kill();
  await kitchen.page.getByText('Reconectando…').first().waitFor();
  await Promise.all([kitchen, pos].map(({ device }) => stale(device).waitFor({ timeout: 30_000 })));
  expect(await kitchen.page.getByText(/lo que ves es de las \d+:\d\d:\d\d/i).first().isVisible()).toBe(true);

  await branch.start();
  const after = await branch.order([['choriperro', 2]]);
  await Promise.all([kitchen, pos].map(({ device }) => stale(device).waitFor({ state: 'detached', timeout: 30_000 })));
  await kitchen.card(after.number).waitFor();
  await kitchen.card(before.number).waitFor();
  await pos.showsOpen(2);
}, 120_000);

test('what a cook taps while the box is away is done once when it is back', async () => {
  const order = await branch.order([['perro-caliente', 1], ['choriperro', 1]]);
  await kitchen.line(order.number, 'Perro caliente').waitFor();
  await branch.kill();
  await kitchen.line(order.number, 'Perro caliente').click();
  await branch.start();
  await expect.poll(async () => {
    const cards = await branch.api<{ items: { lines: { name: string; state: string }[] }[] }>('GET', 'kitchen/orders?station=grill');
    return cards.items.flatMap(({ lines }) => lines).find(({ name }) => name === 'Perro caliente')?.state;
  }, { timeout: 30_000 }).toBe('ready');
  await expect.poll(() => kitchen.line(order.number, 'Perro caliente').getAttribute('aria-pressed'), { timeout: 30_000 }).toBe('true');
}, 120_000);

test('what is loaded after the first cards is there before the network goes: keys and settings work without it', async () => {
  const order = await branch.order([['perro-caliente', 1], ['choriperro', 1]]);
  await kitchen.card(order.number).waitFor();
  await branch.kill();
  await kitchen.page.keyboard.press(await kitchen.slotOf(order.number));
  await kitchen.page.keyboard.press('Space');
  await expect.poll(() => kitchen.card(order.number).locator('[aria-pressed="true"]').count()).toBe(1);
  await kitchen.page.getByRole('button', { name: 'Ajustes' }).click();
  await kitchen.page.getByRole('dialog', { name: 'Ajustes' }).waitFor();
  await kitchen.page.keyboard.press('Escape');
  await branch.start();
}, 60_000);

test('what could not be fetched after the first cards is there once the page has loaded itself anew', async () => {
  await kitchen.page.route('**/assets/later-*.js', (route) => route.abort(), { times: 1 });
  await kitchen.page.reload();
  await kitchen.page.getByRole('button', { name: 'Totales' }).waitFor();
}, 60_000);

test('a page loaded again in the middle keeps the order that was being taken', async () => {
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  await pos.page.reload();
  await pos.line('Perro caliente').waitFor();
  await pos.line('Salchipapa especial').waitFor();
});
