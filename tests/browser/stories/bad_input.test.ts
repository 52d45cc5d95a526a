/** What goes wrong at a counter, said plainly: wrong PINs, ended sessions, a menu that changes, two tablets on one order. */
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch, type PlacedOrder, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { typePin } from '../harness/log_in.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const tablet = () => devices.device(SIZES.tablet);

test('a wrong PIN is said, ten of them lock the person out for a while and nobody else', async () => {
  const device = await tablet();
  await device.visit(branch, '/pos');
  await device.page.getByRole('button', { name: /Doña Marta/ }).click();
  await typePin(device.page, '0000');
  await device.page.getByText('Ese PIN no es').waitFor();
  const wrong = { staff: await idOf('Doña Marta'), pin: '0001' };
  for (let tries = 1; tries < 10; tries += 1) await branch.api('POST', 'auth/login', wrong).catch(() => {});
  await typePin(device.page, STAFF.marta.pin);
  await device.page.getByRole('button', { name: 'Entrar', exact: true }).click();
  await device.page.getByText(/Demasiados intentos. Espera \d+ s/).waitFor();
  await device.close();
  const other = await PointOfSale.open(await tablet(), branch);
  await other.device.close();
});

async function idOf(name: string): Promise<string> {
  const { items } = await branch.api<{ items: { id: string; name: string }[] }>('GET', 'staff/faces');
  return items.find((face) => face.name === name)?.id ?? '';
}

test('a session that is ended elsewhere asks who it is, and the order being taken is still there', async () => {
  const pos = await PointOfSale.open(await tablet(), branch);
  await pos.tap('Perro caliente');
  // As another page of the same device does it: the session is gone, the socket still open.
  await pos.page.evaluate(() => fetch('/api/v1/auth/logout', { method: 'POST' }));
  await pos.page.getByText(/Tu sesión terminó/).first().waitFor();
  await pos.page.getByRole('button', { name: /Camila/ }).click();
  await typePin(pos.page, STAFF.camila.pin);
  await pos.line('Perro caliente').waitFor();
  await pos.send();
  await pos.sentNumber();
  await pos.device.close();
});

test('a dead cookie at the start is a log-in and nothing else', async () => {
  const device = await tablet();
  await device.context.addCookies([{ name: 'comanda_session', value: 'ses_dead', url: branch.address }]);
  await device.visit(branch, '/pos');
  await device.page.getByRole('button', { name: /Camila/ }).waitFor();
  await device.close();
});

test('a kitchen screen whose session is ended says so and shows its orders again after the next log-in', async () => {
  const kitchen = await Kitchen.open(await devices.device(SIZES.television), branch);
  const order = await branch.order([['perro-caliente', 1]]);
  await kitchen.card(order.number).waitFor();
  await kitchen.page.evaluate(() => fetch('/api/v1/auth/logout', { method: 'POST' }));
  await kitchen.page.getByText(/La sesión terminó/).first().waitFor();
  await kitchen.page.getByRole('button', { name: /Andrés/ }).click();
  await typePin(kitchen.page, STAFF.andres.pin);
  await kitchen.card(order.number).waitFor();
  await kitchen.device.close();
});

test('a product taken off the menu while it is in the cart is marked, and the rest can be sent without it', async () => {
  const pos = await PointOfSale.open(await tablet(), branch);
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  const menu = menuWith((product) => (product.sku === 'perro-caliente' ? { ...product, active: false } : product));
  branch.command('catalog', 'import', menu);
  const line = pos.line('Perro caliente');
  await line.getByText('Ya no está disponible').waitFor();
  expect(await pos.button('Enviar').isDisabled()).toBe(true);
  await line.getByRole('button', { name: 'Quitar' }).click();
  await pos.send();
  await pos.sentNumber();
  branch.command('catalog', 'import', menuWith((product) => product));
  await pos.device.close();
});

type Product = { sku: string } & Record<string, unknown>;

function menuWith(change: (product: Product) => Product): string {
  const menu = JSON.parse(readFileSync(join(import.meta.dirname, '../../data/esquina-menu.json'), 'utf8')) as { categories: { products: Product[] }[] };
  for (const category of menu.categories) category.products = category.products.map(change);
  const file = join(mkdtempSync(join(tmpdir(), 'comanda-menu-')), 'menu.json');
  writeFileSync(file, JSON.stringify(menu));
  return file;
}

test('two tablets on one order: who comes second is told what changed, and loses nothing', async () => {
  const [one, other] = [await PointOfSale.open(await tablet(), branch), await PointOfSale.open(await tablet(), branch)];
  const placed = await branch.order([['perro-caliente', 1], ['salchipapa-especial', 1]]);
  const [first, second] = [await one.openOrder(placed.number), await other.openOrder(placed.number)];
  await second.getByRole('button', { name: 'Anular Salchipapa especial' }).click();
  await first.getByRole('button', { name: 'Anular Perro caliente' }).click();
  for (const pos of [one, other]) {
    if (pos === other) await second.getByText('anulado Perro caliente').waitFor();
    await pos.sheet().getByText('Se agotó').click();
    await pos.sheet().getByRole('button', { name: 'Anular', exact: true }).click();
    await pos.sheet().waitFor({ state: 'detached' });
  }
  await expect.poll(async () => (await branch.api<PlacedOrder>('GET', `orders/${placed.id}`)).lines.map(({ status }) => status)).toEqual(['voided', 'voided']);
  await one.device.close();
  await other.device.close();
});
