/** A kitchen screen as a device: what it asks of the browser, what it keeps, and how it becomes a newer one by itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch, pause } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

/** What a page of these tests keeps beside its own. */
type Noted = typeof globalThis & { asked: string[]; drop: () => void; stands?: boolean };

test('one touch begins the shift, and what could not be had is said with what to do about it', async () => {
  const device = await devices.device(SIZES.television);
  const { page } = device;
  // The browser's own grants: staying awake is granted and later lost, full screen refused.
  await page.addInitScript(() => {
    const noted = globalThis as Noted;
    noted.asked = [];
    const request = (kind: string) => {
      const lock: { onrelease: (() => void) | null } = { onrelease: null };
      noted.asked.push(kind);
      noted.drop = () => lock.onrelease?.();
      return Promise.resolve(lock);
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true });
    Element.prototype.requestFullscreen = () => {
      noted.asked.push('full screen');
      return Promise.reject(new Error('refused'));
    };
  });
  const asked = () => page.evaluate(() => (globalThis as Noted).asked);
  await Kitchen.open(device, branch);
  expect(await asked()).toEqual([]);
  await page.getByRole('button', { name: 'Comenzar turno' }).click();
  await expect.poll(asked).toEqual(['full screen', 'screen']);

  await page.getByRole('button', { name: 'Sin pantalla completa' }).click();
  await page.getByRole('note').filter({ hasText: 'agrega la página a la pantalla de inicio' }).waitFor();
  await page.getByRole('button', { name: 'Intentar otra vez' }).click();
  await expect.poll(asked).toEqual(['full screen', 'screen', 'full screen']);
  expect(await page.getByRole('button', { name: 'La pantalla se puede apagar' }).count()).toBe(0);

  // Browsers drop the lock of what nobody sees; whoever sees it again has it again.
  await page.evaluate(() => (globalThis as Noted).drop());
  await page.getByRole('button', { name: 'La pantalla se puede apagar' }).waitFor();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(async () => (await asked()).filter((one) => one === 'screen').length).toBe(2);
  await page.getByRole('button', { name: 'La pantalla se puede apagar' }).waitFor({ state: 'detached' });
  expect(device.faults).toEqual([]);
  await device.close();
});

test('the text as large as it was set and the language that was chosen are there when the page is loaded again', async () => {
  const device = await devices.device(SIZES.tablet);
  const { page } = device;
  const english: string[] = [];
  page.on('request', (request) => { if (request.url().includes('english')) english.push(request.url()); });
  const kitchen = await Kitchen.open(device, branch);
  const order = await branch.order([['perro-caliente', 1]]);
  await kitchen.card(order.number).waitFor();
  const scale = () => page.locator('.kitchen').evaluate((element) => getComputedStyle(element).getPropertyValue('--k'));
  const before = Number(await scale());
  await page.getByRole('button', { name: 'Ajustes' }).click();
  await page.getByRole('button', { name: 'Texto más grande' }).click();
  await page.getByRole('button', { name: 'Texto más grande' }).click();
  await expect.poll(async () => Math.round((Number(await scale()) - before) * 10)).toBe(2);
  expect(english).toEqual([]);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Totals' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(english).toHaveLength(1);

  await page.reload();
  await page.getByRole('button', { name: 'Totals' }).waitFor();
  await page.getByRole('article', { name: order.number }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(Math.round((Number(await scale()) - before) * 10)).toBe(2);
  await branch.api('POST', `kitchen/orders/${order.id}/bump`, { station: 'grill' });
  expect(device.faults).toEqual([]);
  await device.close();
});

test('a screen of an older build loads itself anew once nothing is to be made, and not before', async () => {
  const version = readFileSync(join(import.meta.dirname, '../../../edge/ui/dist/version'), 'utf8').trim();
  const device = await devices.device(SIZES.television);
  const { page } = device;
  await page.route('**/assets/kitchen-*.js', async (route) => {
    const script = await (await route.fetch()).text();
    expect(script).toContain(version);
    await route.fulfill({ body: script.replaceAll(version, '000000000000'), contentType: 'text/javascript' });
  }, { times: 1 });
  const kitchen = await Kitchen.open(device, branch);
  const order = await branch.order([['perro-caliente', 1]]);
  await kitchen.card(order.number).waitFor();
  await page.getByRole('button', { name: 'Ajustes' }).click();
  await page.getByText('Hay una versión nueva de esta pantalla').waitFor();
  await page.keyboard.press('Escape');
  const stands = () => page.evaluate(() => (globalThis as Noted).stands === true).catch(() => false);
  const aMinutePasses = () => page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 61_000;
    (globalThis as Noted).stands = true;
  });

  await aMinutePasses();
  await pause(2_500);
  expect(await stands()).toBe(true);
  await kitchen.bump(order.number);
  await kitchen.isGone(order.number);
  await pause(2_500);
  await aMinutePasses();
  await expect.poll(stands, { timeout: 15_000 }).toBe(false);
  await page.getByRole('button', { name: 'Ajustes' }).click();
  await page.getByRole('dialog', { name: 'Ajustes' }).waitFor();
  expect(await page.getByText('Hay una versión nueva de esta pantalla').count()).toBe(0);
  expect(device.faults).toEqual([]);
  await device.close();
});
