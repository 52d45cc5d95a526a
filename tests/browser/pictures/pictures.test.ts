/**
 * `make pictures`: the pictures of README and `docs/screens.md`, of the real screens in a rush that has gone on for some minutes,
 * so that ages, totals and the list of the last are what they are. `COMANDA_PICTURES_MINUTES` (8) says how many.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { PickupBoard } from '../harness/board.ts';
import { Branch, pause, program } from '../harness/branch.ts';
import { type Device, Devices, type Size, SIZES } from '../harness/chromium.ts';
import { Expo } from '../harness/expo.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

const FOLDER = resolve(import.meta.dirname, '../../../docs/pictures');
const MINUTES = Number(process.env.COMANDA_PICTURES_MINUTES ?? '8');
const QUALITY = 80;
/** How long the rush may take to set up, beside its minutes. */
const PATIENCE_MS = 240_000;
/** Where a page has come to rest: its figures are asked for, its pictures drawn. */
const SETTLED_MS = 1_500;

let branch: Branch;
let devices: Devices;
let guests: ReturnType<typeof spawn>;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  branch.command('printer', 'add', 'impresora-caja', 'virtual:', '--counter');
  guests = spawn(join(dirname(program()), 'rush'), ['--address', `127.0.0.1:${branch.port}`, '--rate', '9', '--seed', '7'], {
    env: { ...process.env, COMANDA_TOKEN: branch.token },
    stdio: 'ignore',
  });
  await pause(MINUTES * 60_000);
}, MINUTES * 60_000 + PATIENCE_MS);

afterAll(async () => {
  guests.kill();
  await devices.close();
  await branch.close();
});

/** As WebP, which the browser itself can write. */
async function take({ page, debugging }: Device, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await pause(300);
  const { data } = await debugging.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
}

test('the start page and the log-in', async () => {
  const device = await devices.device(SIZES.tablet);
  await device.visit(branch, '/');
  await device.page.getByRole('link', { name: /Caja/ }).waitFor();
  await take(device, 'start');
  await device.visit(branch, '/pos');
  await device.page.getByRole('button', { name: /Camila/ }).waitFor();
  await take(device, 'log-in');
  await device.close();
}, PATIENCE_MS);

test('the till: an order, choices, charging, open orders, the drawer', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.tap('Perro caliente');
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  await pause(SETTLED_MS);
  await take(pos.device, 'pos-tablet');
  await pos.tap('Hamburguesa sencilla');
  await pos.sheet().waitFor();
  await take(pos.device, 'pos-choices');
  await pos.page.keyboard.press('Escape');
  await pos.button('Sucursal: Abierto').click();
  await pos.sheet().waitFor();
  await take(pos.device, 'pos-branch');
  await pos.page.keyboard.press('Escape');

  await pos.button('Cobrar').click();
  await pos.sheet().getByRole('button', { name: 'Abrir turno' }).click();
  const float = pos.page.getByRole('dialog', { name: '¿Con cuánto empieza el cajón?' });
  for (const key of ['2', '0', '0', '000']) await float.getByRole('button', { name: key, exact: true }).click();
  await float.getByRole('button', { name: 'Abrir turno' }).click();
  await pos.sheet().getByRole('button', { name: '$ 50.000' }).click();
  await take(pos.device, 'pos-pay');
  await pos.sheet().getByRole('button', { name: 'Listo' }).click();
  await pos.page.getByRole('status').filter({ hasText: 'Cambio' }).waitFor();

  await pos.button(/^\d+ abiertos?: ver/).click();
  await pos.page.getByRole('button', { name: /[LMD]-\d{4}/ }).nth(2).click();
  await pos.page.getByRole('article', { name: /^Pedido/ }).waitFor();
  await take(pos.device, 'pos-orders');
  await pos.button(/^Camila: persona/).click();
  await pos.sheet().getByRole('button', { name: 'Turno de caja' }).click();
  await pos.button('Contar y cerrar turno').click();
  await pos.page.getByText('Cuenta el cajón').waitFor();
  await take(pos.device, 'pos-count');
  await pos.device.close();

  const phone = await PointOfSale.open(await devices.device(SIZES.phone), branch);
  await phone.tap('Perro caliente');
  await pause(SETTLED_MS);
  await take(phone.device, 'pos-phone');
  await phone.device.close();
}, PATIENCE_MS);

test('the menu on a guest\'s phone', async () => {
  await branch.api('PUT', 'products/salchipapa-ranchera/availability', { available: false });
  const device = await devices.device(SIZES.phone);
  await device.page.goto(branch.menu);
  await device.page.getByRole('button', { name: /Salchipapa ranchera.*Agotado/ }).waitFor();
  await take(device, 'menu-phone');
  await device.page.getByRole('button', { name: /Jugo natural \$/ }).click();
  await device.page.getByRole('dialog').waitFor();
  await take(device, 'menu-product');
  await device.close();
  await branch.api('PUT', 'products/salchipapa-ranchera/availability', { available: true });
}, PATIENCE_MS);

test('the manager, on a tablet and on a phone', async () => {
  const tablet = await Manager.open(await devices.device(SIZES.tablet), branch);
  await pause(SETTLED_MS);
  await take(tablet.device, 'manager-today');
  await tablet.device.close();
  const manager = await Manager.open(await devices.device(SIZES.phone), branch);
  const { page } = manager.device;
  await page.getByRole('button', { name: 'Más' }).click();
  const others = await page.getByRole('dialog').getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  await page.getByRole('dialog').getByRole('button', { name: 'Cerrar' }).click();
  const atTheFoot = await page.getByRole('navigation').getByRole('link').evaluateAll((links) => links.filter((link) => link.checkVisibility()).map((link) => link.getAttribute('href') ?? ''));
  for (const address of [...atTheFoot, ...others]) {
    await page.evaluate((hash) => { location.hash = hash; }, address);
    await pause(SETTLED_MS);
    if (address === '#/papeles') await page.getByRole('img', { name: 'Así sale de la impresora' }).waitFor();
    if (address === '#/salud') await page.getByRole('button', { name: 'Revisar ahora' }).waitFor();
    await take(manager.device, `manager-${address === '#/' ? 'hoy' : address.slice(2)}`);
  }
  await manager.device.close();
}, PATIENCE_MS);

test('the screens on the walls, and what a kitchen shows that has lost its box', async () => {
  const board = await PickupBoard.open(await devices.device(SIZES.television), branch);
  await pause(SETTLED_MS);
  await take(board.device, 'board');
  await board.device.close();
  const expo = await Expo.open(await devices.device(SIZES.tablet), branch);
  await pause(SETTLED_MS);
  await take(expo.device, 'expo');
  await expo.device.close();

  const shown: [string, Size][] = [['kitchen-tablet', SIZES.tablet], ['kitchen-television', SIZES.television]];
  for (const [name, size] of shown) {
    const kitchen = await Kitchen.open(await devices.device(size), branch);
    await kitchen.cards().first().waitFor();
    await pause(SETTLED_MS);
    await take(kitchen.device, name);
    if (size === SIZES.television) {
      guests.kill();
      await branch.kill();
      await kitchen.page.getByText('SIN CONEXIÓN').first().waitFor({ timeout: 30_000 });
      await pause(8_000);
      await take(kitchen.device, 'kitchen-stale');
      await branch.start();
    }
    await kitchen.device.close();
  }
}, PATIENCE_MS);
