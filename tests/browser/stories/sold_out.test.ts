/** «Agotado»: said once in the kitchen, seen at the till before the next tap. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
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

test('a cook holds a finger on what ran out, the till stops selling it, and it comes back in the same place', async () => {
  const kitchen = await Kitchen.open(await devices.device(SIZES.television), branch);
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  const order = await branch.order([['super-perro-la-esquina', 1, 'sin-cebolla'], ['perro-caliente', 1]]);
  await kitchen.card(order.number).waitFor();

  await kitchen.hold(order.number, 'Perro caliente');
  await kitchen.page.getByRole('button', { name: 'Se agotó Perro caliente' }).click();
  await kitchen.page.getByRole('button', { name: 'Ya hay Perro caliente' }).waitFor();
  expect(await kitchen.line(order.number, 'Perro caliente').getAttribute('aria-pressed'), 'holding is no tap').toBe('false');

  const tile = pos.tile('Perro caliente');
  await expect.poll(() => tile.innerText()).toContain('Agotado');
  // It looks as if it could not be touched; a touch says why.
  await tile.click({ force: true });
  await pos.page.getByRole('status').filter({ hasText: 'Perro caliente' }).waitFor();
  await expect.poll(() => pos.line('Perro caliente').count()).toBe(0);

  await kitchen.page.getByRole('button', { name: 'Ya hay Perro caliente' }).click();
  await expect.poll(() => tile.innerText()).not.toContain('Agotado');
  await tile.click();
  await pos.line('Perro caliente').waitFor();
  expect(kitchen.device.faults).toEqual([]);
  expect(pos.device.faults).toEqual([]);
});

test('what runs out while it stands in the cart is marked there, and nothing is sent with it', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.tile('Perro caliente').click();
  await pos.line('Perro caliente').waitFor();
  await branch.api('PUT', 'products/perro-caliente/availability', { available: false });
  await expect.poll(() => pos.line('Perro caliente').innerText()).toMatch(/no está disponible|Agotado/i);
  await branch.api('PUT', 'products/perro-caliente/availability', { available: true, left: 3 });
  await expect.poll(() => pos.tile('Perro caliente').innerText()).toContain('quedan 3');
  expect(pos.device.faults).toEqual([]);
});
