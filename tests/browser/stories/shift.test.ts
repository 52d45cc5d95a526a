/** A drawer from its float to the blind count: what should be in it is on no screen before it was said what is in it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
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

/** Every number that any answer of the box brought to this device. */
function heard(device: Device): string[] {
  const bodies: string[] = [];
  device.page.on('response', (response) => {
    if (response.url().includes('/api/v1/cash/')) void response.text().then((text) => bodies.push(text), () => {});
  });
  return bodies;
}

async function hold(pos: PointOfSale, name: string | RegExp): Promise<void> {
  await pos.button(name).scrollIntoViewIfNeeded();
  await pos.button(name).hover();
  await pos.page.mouse.down();
  await pos.page.waitForTimeout(1_000);
  await pos.page.mouse.up();
}

test('a shift is opened, sells, takes some out, is counted blind, and says the difference', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  const cash = heard(pos.device);
  const { page } = pos;
  await pos.button(/^Camila:/).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Turno de caja' }).click();
  await page.getByText('No tienes un turno abierto').waitFor();
  expect(await violations(page)).toEqual([]);
  await pos.button('Abrir turno').click();
  for (const key of ['1', '0', '0', '000']) await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Abrir turno' }).click();
  await page.getByText('Turno de Camila').waitFor();
  expect(await violations(page)).toEqual([]);

  await pos.button('Volver a vender').click();
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  await page.getByRole('dialog').getByRole('button', { name: '$ 20.000' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Listo' }).click();
  await pos.gives('$ 8.000');

  // 100.000 + 12.000 in the drawer; nothing that came to this device says so.
  await page.goto(`${branch.address}/pos#/turno`);
  await page.getByText('Turno de Camila').waitFor();
  await expect.poll(() => page.locator('dl').filter({ hasText: 'Ventas' }).innerText()).toContain('1');
  expect(cash.join(' ')).not.toMatch(/11200000|expected/);

  await pos.button('Contar y cerrar turno').click();
  const fifty = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Escribir cuántos de $ 50.000' }) });
  await fifty.getByRole('button', { name: 'Agregar uno' }).click();
  await fifty.getByRole('button', { name: 'Agregar uno' }).click();
  await pos.button('Escribir cuántos de $ 2.000').click();
  await pos.button('5').click();
  await page.getByText('$ 110.000').waitFor();
  expect(await violations(page)).toEqual([]);
  expect(cash.join(' ')).not.toMatch(/11200000|expected/);
  await hold(pos, 'Mantén para confirmar el conteo');
  await page.getByText('Faltan').waitFor();
  await page.getByText('$ 2.000', { exact: true }).waitFor();
  await expect.poll(() => page.getByRole('row', { name: /Efectivo/ }).innerText()).toMatch(/112\.000\s+110\.000/);
  expect(await violations(page)).toEqual([]);
  await pos.button('Listo').click();
  await page.getByText('No tienes un turno abierto').waitFor();
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});

test('who may not take money out of the drawer is helped by a manager\'s PIN on the same screen', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.phone), branch);
  const { page } = pos;
  await page.goto(`${branch.address}/pos#/turno`);
  await pos.button('Abrir turno').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Abrir turno' }).click();
  await pos.button('Salida').click();
  const sheet = page.getByRole('dialog', { name: 'Salida' });
  await sheet.getByRole('button', { name: 'Pago a proveedor' }).click();
  for (const key of ['3', '5', '000']) await sheet.getByRole('button', { name: key, exact: true }).click();
  expect(await violations(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Salida' }).click();
  const approval = page.getByRole('dialog', { name: 'Autoriza un administrador' });
  await approval.getByText('Doña Marta').waitFor();
  for (const digit of '0000') await approval.getByRole('button', { name: digit, exact: true }).click();
  await approval.getByText('Ese PIN no es.').waitFor();
  expect(await violations(page)).toEqual([]);
  for (const digit of '3690') await approval.getByRole('button', { name: digit, exact: true }).click();
  await approval.getByRole('button', { name: 'Entrar', exact: true }).click();
  await page.getByRole('list', { name: 'Movimientos' }).getByText('−35.000').waitFor();
  // Camila is still the one who works here.
  await pos.button(/^Camila:/).waitFor();
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});
