/** A role of the company's own: made in the manager's screen, given to somebody, and felt at their till at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
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

test('a role is made with what it may do, given to somebody, and what is taken out of it is gone at once', async () => {
  const till = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Personal');
  await manager.page.getByRole('button', { name: 'Crear rol' }).click();
  const sheet = manager.page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Nombre del rol' }).fill('Jefe de turno');
  for (const may of ['Tomar pedidos', 'Cobrar', 'Dar descuentos y cortesías']) await sheet.getByRole('checkbox', { name: may }).check();
  expect(await violations(manager.page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: /^Jefe de turno 5 permisos 0 personas/ }).waitFor();

  await manager.page.getByRole('button', { name: /^Camila/ }).click();
  await sheet.getByRole('radio', { name: 'Jefe de turno' }).click();
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: /^Camila Jefe de turno/ }).waitFor();
  expect(await violations(manager.page)).toEqual([]);

  const me = () => till.page.evaluate(() => fetch('/api/v1/auth/me').then((answer) => answer.json() as Promise<{ permissions: string[] }>));
  expect((await me()).permissions).toEqual(['orders.view', 'orders.create', 'orders.discount', 'catalog.view', 'payments.take']);
  await manager.page.getByRole('button', { name: /^Jefe de turno 5 permisos 1 personas/ }).click();
  await sheet.getByRole('checkbox', { name: 'Dar descuentos y cortesías' }).uncheck();
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: /^Jefe de turno 4 permisos/ }).waitFor();
  expect((await me()).permissions).not.toContain('orders.discount');
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
  await till.device.close();
});
