/** Every state of the screens, in both languages: axe finds nothing, nothing is untranslated, the keyboard alone sells. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES, type Size } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  const order = await branch.order([['perro-caliente', 2, 'sin-cebolla'], ['choriperro', 1]], { notes: 'Alergia: maní' });
  await branch.order([['mazorcada', 1]], { type: 'dine_in', table: '4' });
  await branch.api('POST', `orders/${order.id}/lines`, { lines: [{ product: 'agua', quantity: 1 }] });
  const placed = await branch.api<typeof order>('GET', `orders/${order.id}`);
  const reason = { reason: 'se arrepintió' };
  await branch.api('POST', `orders/${order.id}/lines/${placed.lines[1]?.id}/void`, reason, { 'if-match': `"${placed.version}"` });
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

describe.each(Object.entries(SIZES))('%s', (_, size: Size) => {
  test('the start page and the log-in', async () => {
    const device = await devices.device(size);
    await device.visit(branch, '/');
    await device.page.getByRole('link', { name: /Caja/ }).waitFor();
    expect(await violations(device.page)).toEqual([]);
    await device.visit(branch, '/pos');
    await device.page.getByRole('button', { name: /Camila/ }).waitFor();
    expect(await violations(device.page)).toEqual([]);
    await device.page.getByRole('button', { name: /Camila/ }).click();
    expect(await violations(device.page)).toEqual([]);
    await device.close();
  });

  test('the point of sale: empty, with lines, choosing, noting, open orders', async () => {
    const pos = await PointOfSale.open(await devices.device(size), branch);
    expect(await violations(pos.page)).toEqual([]);
    await pos.tap('Perro caliente');
    expect(await violations(pos.page)).toEqual([]);
    await pos.tap('Hamburguesa sencilla');
    await pos.sheet().waitFor();
    expect(await violations(pos.page)).toEqual([]);
    await pos.page.keyboard.press('Escape');
    const order = await pos.openOrder((await branch.api<{ items: { number: string }[] }>('GET', 'orders?limit=1')).items[0]?.number ?? '');
    await order.waitFor();
    expect(await violations(pos.page)).toEqual([]);
    expect(pos.device.faults).toEqual([]);
    await pos.device.close();
  });

  test('the kitchen: cards, what was voided, the list of the last', async () => {
    const kitchen = await Kitchen.open(await devices.device(size), branch);
    await kitchen.cards().first().waitFor();
    expect(await violations(kitchen.page)).toEqual([]);
    await kitchen.page.keyboard.press('r');
    await kitchen.page.getByText('Últimos listos').waitFor();
    expect(await violations(kitchen.page)).toEqual([]);
    expect(kitchen.device.faults).toEqual([]);
    await kitchen.device.close();
  });
});

test('the screens speak English when they are told to', async () => {
  const device = await devices.device(SIZES.tablet);
  await device.visit(branch, '/');
  await device.page.getByRole('button', { name: 'English' }).click();
  await device.page.getByRole('link', { name: /Point of sale/ }).waitFor();
  expect(await device.page.locator('html').getAttribute('lang')).toBe('en');
  await device.visit(branch, '/kitchen');
  await device.page.getByText(/Who/).first().waitFor();
  expect(await violations(device.page)).toEqual([]);
  await device.close();
});

test('the keyboard alone takes an order from the log-in to the number', async () => {
  const device = await devices.device(SIZES.tablet);
  const { page } = device;
  await device.visit(branch, '/pos');
  await page.getByRole('button', { name: /Camila/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('2580', { delay: 30 });
  const tile = page.getByRole('main').getByRole('button', { name: /^Perro caliente/ }).first();
  await tile.waitFor();
  await tabTo('Perro caliente');
  await page.keyboard.press('Enter');
  await tabTo('Enviar');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: /M-\d{4}\s*enviado/ }).first().waitFor();
  expect(device.faults).toEqual([]);
  await device.close();

  async function tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
      if (focused.trim().startsWith(name)) return;
    }
    throw new Error(`Tab never came to «${name}»`);
  }
});
