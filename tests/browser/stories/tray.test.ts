/** The tablet cannot reach the box: what is taken waits on it, says so, and is there once when the box answers. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { logIn } from '../harness/log_in.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let pos: PointOfSale;

beforeAll(async () => {
  devices = await Devices.open();
});
afterAll(() => devices.close());
beforeEach(async () => {
  branch = await Branch.open();
  pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  pos.page.on('dialog', (dialog) => void dialog.accept());
});
afterEach(async () => {
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
  await branch.close();
});

const ORDERS = /\/api\/v1\/orders$/;
const count = async () => (await branch.api<{ total: number }>('GET', 'orders?include_total=true')).total;
const chip = (waiting: number) => pos.page.getByRole('button', { name: `Por enviar: ${waiting}` });
const sheet = () => pos.page.getByRole('dialog', { name: 'Por enviar' });

/** Nothing that is sent arrives; what is asked is answered. */
async function lose(): Promise<void> {
  await pos.page.route(ORDERS, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
}

test('orders taken while the box is away wait in the tray, and are sent once each when it is back', async () => {
  await branch.kill();
  await pos.tap('Perro caliente');
  await pos.send();
  await pos.page.getByRole('status').filter({ hasText: 'Guardado en este equipo' }).waitFor({ timeout: 20_000 });
  await pos.tap('Salchipapa especial');
  await pos.send();
  await chip(2).waitFor({ timeout: 20_000 });
  expect(await violations(pos.page)).toEqual([]);
  await chip(2).click();
  await sheet().getByText('1 Salchipapa especial').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await pos.page.keyboard.press('Escape');

  await branch.start();
  await chip(2).waitFor({ state: 'detached', timeout: 30_000 });
  await pos.sentNumber();
  await expect.poll(count).toBe(2);
}, 120_000);

test('what waits survives a reload, and the guest is not charged before the box has the order', async () => {
  await lose();
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  await chip(1).waitFor();
  await expect.poll(() => pos.page.getByRole('dialog', { name: 'Cobrar' }).count()).toBe(0);
  await pos.page.reload();
  await chip(1).waitFor();
  expect(await count()).toBe(0);
  await pos.page.unroute(ORDERS);
  await chip(1).waitFor({ state: 'detached', timeout: 20_000 });
  expect(await count()).toBe(1);
});

test('an order whose answer was lost is the same order when somebody else at the screen sends it again', async () => {
  let isAnswerLost = true;
  await pos.page.route(ORDERS, async (route) => {
    if (route.request().method() !== 'POST' || !isAnswerLost) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await pos.tap('Perro caliente');
  await pos.send();
  await chip(1).waitFor();
  expect(await count()).toBe(1);
  await pos.button(/^Camila:/).click();
  await pos.button('Cambiar de persona').click();
  await logIn(pos.page, STAFF.marta);
  isAnswerLost = false;
  await chip(1).waitFor({ state: 'detached', timeout: 20_000 });
  expect(await count()).toBe(1);
});

test('what the box refuses at last is mended at the till, and nothing is sent of it', async () => {
  await lose();
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  await pos.send();
  await chip(1).waitFor();
  await branch.api('PUT', 'products/perro-caliente/availability', { available: false });
  await pos.page.unroute(ORDERS);
  await chip(1).click();
  await sheet().getByRole('button', { name: 'Corregir' }).click({ timeout: 20_000 });
  await pos.line('Salchipapa especial').waitFor();
  await pos.line('Perro caliente').waitFor();
  await chip(1).waitFor({ state: 'detached' });
  expect(await count()).toBe(0);
});
