/** The menu in the manager's screen: what is put on it is sold at once, and nobody writes over what somebody else changed. */
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let manager: Manager;
let adminToken: string;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  adminToken = branch.command('token', 'create', '--role', 'admin', '--name', 'otra').trim();
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
beforeEach(async () => {
  manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Menú');
});
afterEach(async () => {
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

const sheet = () => manager.page.getByRole('dialog');

async function look(name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await manager.page.screenshot({ path: `${folder}/${name}.png` });
}

test('a product is put on the menu with a choice, and sold at once', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await look('menu-page');
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.getByRole('button', { name: 'Agregar producto' }).click();
  await sheet().getByRole('textbox', { name: 'Nombre' }).fill('Empanada de pipián');
  await sheet().getByRole('textbox', { name: 'Precio' }).fill('9500');
  await sheet().getByRole('button', { name: 'Agregar grupo de opciones' }).click();
  await sheet().getByRole('textbox', { name: 'Nombre del grupo' }).fill('Adiciones');
  await sheet().getByRole('button', { name: 'Agregar', exact: true }).click();
  await sheet().getByRole('button', { name: 'Agregar opción a Adiciones' }).click();
  await sheet().getByRole('textbox', { name: 'Nombre de la opción' }).fill('Doble queso');
  await sheet().getByRole('button', { name: 'Agregar', exact: true }).click();
  await sheet().getByRole('textbox', { name: 'Suma' }).fill('3000');
  await look('menu-product');
  expect(await violations(manager.page)).toEqual([]);
  await sheet().getByRole('button', { name: 'Guardar' }).click();
  await sheet().waitFor({ state: 'detached' });
  await manager.page.getByRole('button', { name: /^Empanada de pipián/ }).waitFor();

  await pos.page.getByRole('searchbox').or(pos.page.getByRole('textbox', { name: /Buscar/ })).first().fill('pipian');
  await pos.page.getByText('Empanada de pipián').first().waitFor();
  const order = await branch.order([['empanada-de-pipian', 1, 'doble-queso']]);
  expect(order.total).toBe(1_250_000);
  await pos.device.close();
});

test('what somebody else changed meanwhile is not written over', async () => {
  await manager.page.getByRole('navigation', { name: 'Categorías' }).getByRole('button', { name: /^Perros/ }).click();
  await manager.page.getByRole('button', { name: /^Perro caliente/ }).click();
  const headers = { authorization: `Bearer ${adminToken}` };
  const { version, file } = await branch.api<{ version: number; file: { categories: { products: { sku: string; price: number }[] }[] } }>('GET', 'settings/catalog', undefined, headers);
  for (const { products } of file.categories) for (const product of products) if (product.sku === 'perro-caliente') product.price += 100_000;
  await branch.api('PUT', 'settings/catalog', file, { ...headers, 'if-match': `"${version}"` });
  await sheet().getByRole('textbox', { name: 'Nombre' }).fill('Perro');
  await sheet().getByRole('button', { name: 'Guardar' }).click();
  await sheet().getByText('Otra persona cambió esto').waitFor();
});

test('a file with wrong rows is refused with every one of them named', async () => {
  const file = { currency: 'COP', taxes: [], stations: [{ id: 'cocina', name: 'Cocina' }], categories: [{ id: 'a', name: 'A', products: [
    { sku: 'uno', name: 'Uno', price: -1, tax: [], station: 'cocina' }, { sku: 'dos', name: 'Dos', price: 100, tax: [], station: 'horno' }] }] };
  await manager.page.locator('input[type=file]').setInputFiles({ name: 'menu.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await manager.page.getByText('categories[0].products[0].price').waitFor();
  await manager.page.getByText('categories[0].products[1].station').waitFor();
  await look('menu-refused');
  expect(await violations(manager.page)).toEqual([]);
});

test('a tax on top stands beside the one in the price, and the next order has both', async () => {
  await manager.page.getByRole('button', { name: 'Agregar impuesto' }).click();
  await sheet().getByRole('textbox', { name: 'Nombre' }).fill('Servicio 5 %');
  await sheet().getByRole('textbox', { name: 'Porcentaje' }).fill('5');
  await sheet().getByRole('radio', { name: 'Se suma al precio' }).click();
  await look('menu-tax');
  expect(await violations(manager.page)).toEqual([]);
  await sheet().getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('region', { name: 'Impuestos' }).getByRole('button', { name: /^Servicio 5 %.*Se suma al precio/ }).waitFor();
  const { total: before } = await branch.order([['perro-suizo', 1]]);

  await manager.page.getByRole('navigation', { name: 'Categorías' }).getByRole('button', { name: /^Perros/ }).click();
  await manager.page.getByRole('button', { name: /^Perro suizo/ }).click();
  await sheet().getByRole('button', { name: 'Servicio 5 %' }).click();
  await sheet().getByRole('button', { name: 'Guardar' }).click();
  await sheet().waitFor({ state: 'detached' });
  const order = await branch.order([['perro-suizo', 1]]);
  // The one on top is of the price without the one in it.
  expect(order.total).toBe(before + Math.round(Math.round(before / 1.08) * 0.05));

  await manager.page.getByRole('button', { name: /^Servicio 5 %/ }).click();
  await sheet().getByText('Productos que lo tienen: 1').waitFor();
  expect(await sheet().getByRole('button', { name: 'Quitar' }).count()).toBe(0);
});
