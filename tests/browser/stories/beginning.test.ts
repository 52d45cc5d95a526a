/** The days of trying out end: their orders are put aside, numbers begin at one, and every screen is there again by itself. */
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

test('a manager types the branch\'s name, and the till that was open sells the first number', async () => {
  for (let count = 0; count < 3; count += 1) await branch.order([['perro-caliente', 1]]);
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.showsOpen(3);
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Ajustes');
  const section = manager.page.getByRole('region', { name: 'Empezar de verdad' });
  await section.getByRole('button', { name: 'Empezar de verdad' }).click();
  const sheet = manager.page.getByRole('dialog', { name: 'Empezar de verdad' });
  await sheet.getByText('Se apartan 3 pedidos de prueba').waitFor();
  const act = sheet.getByRole('button', { name: 'Mantén para empezar de verdad' });
  expect(await act.isDisabled()).toBe(true);
  await sheet.getByLabel('Escribe el nombre de la sucursal: La Esquina').fill('La Esquina');
  expect(await violations(manager.page)).toEqual([]);
  await act.hover();
  await manager.page.mouse.down();
  await sheet.waitFor({ state: 'detached' });
  await manager.page.mouse.up();
  await section.getByText(/^Esta sucursal vende de verdad desde/).waitFor({ timeout: 30_000 });
  expect(await violations(manager.page)).toEqual([]);

  // Nobody logs in again, and nothing of the trial is on the till.
  await pos.showsOpen(0);
  await pos.tap('Perro caliente');
  await pos.send();
  expect(await pos.sentNumber()).toBe('M-0001');
  await branch.order([['perro-caliente', 1]]);
  await pos.showsOpen(2);
  expect(pos.device.faults).toEqual([]);
  expect(manager.device.faults).toEqual([]);
}, 60_000);
