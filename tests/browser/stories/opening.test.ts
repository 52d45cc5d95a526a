/** The branch opens, is busy, pauses and closes: said in a touch, seen by every screen, felt by orders from outside alone. */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { type Device, Devices, SIZES, type Size } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
const open: Device[] = [];

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
afterEach(async () => {
  for (const device of open.splice(0)) {
    expect(device.faults).toEqual([]);
    await device.close();
  }
});

async function device(size: Size = SIZES.tablet): Promise<Device> {
  const one = await devices.device(size);
  open.push(one);
  return one;
}

async function look({ page }: { page: Page }, name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** What an order from the web menu is answered. */
async function fromOutside(): Promise<{ status: number; code?: string; until?: string }> {
  const response = await fetch(`${branch.address}/api/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${branch.token}`, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ type: 'takeaway', channel: 'online', lines: [{ product: 'perro-caliente', quantity: 1 }] }),
  });
  return { ...((await response.json()) as { code?: string; until?: string }), status: response.status };
}

test('a pause at the till is seen by kitchen and manager, holds over a power cut, and the till sells on', async () => {
  const pos = await PointOfSale.open(await device(), branch);
  const kitchen = await Kitchen.open(await device(SIZES.television), branch);
  const manager = await Manager.open(await device(), branch);
  await pos.button('Sucursal: Abierto').click();
  const sheet = pos.page.getByRole('dialog', { name: '¿Cómo está la sucursal?' });
  await sheet.getByText('Abierto: recibe pedidos').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await look(pos, 'opening-sheet');
  await sheet.getByRole('button', { name: 'Pausar 30 minutos' }).click();
  await pos.button(/^Sucursal: Pausa \d\d:\d\d$/).waitFor();
  await kitchen.page.getByText(/^Pausa \d\d:\d\d$/).waitFor();
  await manager.page.getByText(/^En pausa hasta las \d\d:\d\d$/).waitFor();
  expect(await violations(pos.page)).toEqual([]);
  expect(await violations(manager.page)).toEqual([]);
  await look(pos, 'opening-paused-till');
  await look(kitchen, 'opening-paused-kitchen');
  await look(manager, 'opening-paused-manager');
  expect(await fromOutside()).toMatchObject({ status: 409, code: 'branch.paused' });

  await branch.kill();
  await branch.start();
  expect(await fromOutside()).toMatchObject({ status: 409, code: 'branch.paused' });
  await pos.tap('Perro caliente');
  await pos.send();
  await pos.sentNumber();

  await manager.page.getByRole('button', { name: 'Abrir, pausar o cerrar' }).click();
  await manager.page.getByRole('dialog').getByRole('button', { name: 'Abrir', exact: true }).click();
  await pos.button('Sucursal: Abierto').waitFor();
  await expect.poll(() => kitchen.page.getByText(/^Pausa/).count()).toBe(0);
  expect((await fromOutside()).status).toBe(201);
});

test('the hours a manager sets close the branch to who is outside, and somebody opens it all the same', async () => {
  const manager = await Manager.open(await device(), branch);
  await manager.goTo('Ajustes');
  const hours = manager.page.getByRole('region', { name: 'Horario' });
  // Not an hour from now at which it is open.
  const now = new Date(Date.now() - 5 * 3_600_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const at = (hoursLater: number) => `${two((now.getUTCHours() + hoursLater) % 24)}:00`;
  for (const day of ['Lunes', 'Martes', 'Miércoles', 'Jueves', 'Viernes', 'Sábado', 'Domingo']) {
    await hours.getByLabel(`${day}: abre`).fill(at(3));
    await hours.getByLabel(`${day}: cierra`).fill(at(5));
  }
  expect(await violations(manager.page)).toEqual([]);
  await look(manager, 'opening-hours');
  await hours.getByRole('button', { name: 'Guardar horario' }).click();
  await hours.getByText('Horario guardado.').waitFor();
  const refused = await fromOutside();
  expect(refused).toMatchObject({ status: 409, code: 'branch.closed' });
  expect(new Date(refused.until ?? '').getTime()).toBeGreaterThan(Date.now());

  const pos = await PointOfSale.open(await device(), branch);
  await pos.button('Sucursal: Cerrado').click();
  await pos.sheet().getByText(/^Cerrado por horario/).waitFor();
  await pos.sheet().getByRole('button', { name: '1 h', exact: true }).click();
  await pos.button('Sucursal: Abierto').waitFor();
  expect((await fromOutside()).status).toBe(201);
});

test('on a phone the branch is paused from the sheet of who works there', async () => {
  const pos = await PointOfSale.open(await device(SIZES.phone), branch);
  await pos.button(/^Camila:/).click();
  await pos.sheet().getByRole('button', { name: '¿Cómo está la sucursal?' }).click();
  await pos.sheet().getByRole('button', { name: '+20 min' }).or(pos.sheet().getByRole('button', { name: 'Con demora: 20 minutos más' })).first().click();
  await pos.button('Sucursal: +20 min').waitFor();
  await look(pos, 'opening-busy-phone');
  expect(await violations(pos.page)).toEqual([]);
});
