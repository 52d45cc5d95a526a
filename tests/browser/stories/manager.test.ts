/** The manager looks: what was sold, what is open, what is late, and what the printers do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES, type Size } from '../harness/chromium.ts';
import { logIn } from '../harness/log_in.ts';
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

test('what is sold shows among today\'s figures and the open orders as it happens', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await expect.poll(() => manager.figure('Pedidos abiertos').innerText()).toBe('0');
  const order = await branch.order([['perro-caliente', 2]]);
  await manager.page.getByText(order.number, { exact: true }).waitFor();
  await expect.poll(() => manager.figure('Pedidos abiertos').innerText()).toBe('1');
  await expect.poll(() => manager.figure('Ventas de hoy').innerText(), { timeout: 20_000 }).toContain('24.000');
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('the manager sees the money of the day and the open drawers, closes the day, and looks at a count', async () => {
  await branch.api('POST', 'cash/open', { drawer: 'principal', float: 5_000_000 });
  const order = await branch.order([['salchipapa-especial', 1]]);
  await branch.api('POST', 'payments', { order: order.id, method: 'cash', amount: order.total, received: 2_000_000 });
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Caja');
  await manager.page.getByRole('row', { name: /Efectivo 1 0 0 18\.500/ }).waitFor();
  await manager.page.getByText('Debe haber $ 68.500').waitFor();
  await branch.api('POST', 'cash/close', { counted: { cash: [{ value: 1_000_000, count: 7 }] } });
  await manager.page.getByRole('button', { name: /Sobran \$ 1\.500/ }).click({ timeout: 20_000 });
  await manager.page.getByRole('row', { name: /Efectivo 68\.500 70\.000/ }).waitFor();
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.keyboard.press('Escape');
  const close = manager.page.getByRole('button', { name: 'Mantén para cerrar el día (Z)' });
  await close.hover();
  await manager.page.mouse.down();
  await manager.page.getByText(/ESQ-Z-\d{6}/).waitFor();
  await manager.page.mouse.up();
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('a ticket is looked at as it is on paper', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Impresoras');
  await manager.page.getByRole('radio', { name: 'Impreso' }).click();
  await manager.page.getByRole('button', { name: /impresora-grill/ }).first().click();
  const picture = manager.page.getByRole('dialog').getByRole('img');
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
  await manager.device.close();
});

test('a printer is paused, its ticket waits and goes elsewhere, and it goes on', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Impresoras');
  const grill = manager.page.getByRole('listitem').filter({ has: manager.page.getByRole('heading', { name: 'impresora-grill' }) });
  await grill.getByRole('button', { name: 'Pausar' }).click();
  await grill.getByText('En pausa').waitFor();
  const order = await branch.order([['perro-caliente', 1]]);
  await manager.page.getByRole('button', { name: /impresora-grill En espera/ }).click();
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.getByRole('dialog').getByRole('button', { name: 'impresora-bar' }).click();
  await manager.page.getByRole('dialog').waitFor({ state: 'detached' });
  await manager.page.getByRole('radio', { name: 'Impreso' }).click();
  await manager.page.getByRole('button', { name: /impresora-bar Impreso · respaldo de impresora-grill/ }).waitFor();
  await grill.getByRole('button', { name: 'Seguir' }).click();
  await grill.getByText('En pausa').waitFor({ state: 'detached' });
  expect(order.status).toBe('accepted');
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('what ails the box stands first, with what to do, and what support needs is downloaded', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Salud');
  // Nobody has made a backup of this branch, nor seen its recovery code.
  const backup = manager.page.getByRole('listitem').filter({ has: manager.page.getByRole('heading', { name: 'Última copia' }) });
  await backup.getByText('Haga una copia ahora').waitFor({ timeout: 15_000 });
  await backup.getByText('Atención').waitFor();
  // It has looked, and does not look again at once.
  await manager.page.getByRole('button', { name: 'Revisar ahora' }).click({ timeout: 15_000 });
  const grades = await manager.page.getByRole('listitem').locator('> span').allInnerTexts();
  expect(grades.length).toBeGreaterThan(20);
  expect(grades.lastIndexOf('Atención')).toBeLessThan(grades.indexOf('Bien'));
  const [bundle] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('link', { name: 'Descargar informe de soporte' }).click()]);
  expect(bundle.suggestedFilename()).toMatch(/^comanda-soporte-\d{8}T\d{6}Z\.tar\.gz$/);
  if (process.env.PICTURE !== undefined) await manager.page.screenshot({ path: process.env.PICTURE });
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('a cook is told that this is not for a cook', async () => {
  const device = await devices.device(SIZES.tablet);
  await device.visit(branch, '/manager');
  await logIn(device.page, STAFF.andres);
  await device.page.getByText('Tu rol no abre la administración').waitFor();
  await device.close();
});

describe.each(Object.entries(SIZES))('%s', (_, size: Size) => {
  test('every page is clean to axe', async () => {
    const manager = await Manager.open(await devices.device(size), branch);
    for (const { name } of await pages(manager)) {
      await manager.goTo(name);
      expect(await violations(manager.page), name).toEqual([]);
    }
    expect(manager.device.faults).toEqual([]);
    await manager.device.close();
  });
});

async function pages({ page }: Manager): Promise<{ name: string }[]> {
  const names = await page.getByRole('navigation').getByRole('link').locator('span').allInnerTexts();
  expect(names.length).toBeGreaterThan(1);
  return names.map((name) => ({ name }));
}
