/** Tables where they stand: drawn with a finger in the office, and the way to what is at each at the till. */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let adminToken: string;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  adminToken = branch.command('token', 'create', '--role', 'admin', '--name', 'plano').trim();
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

interface Plan { version: number; plan: { zones: { name: string; tables: { name: string; x: number; y: number; seats: number; shape: string }[] }[] } }

const plan = () => branch.api<Plan>('GET', 'settings/floor', undefined, { authorization: `Bearer ${adminToken}` });

async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

test('a zone and its tables are drawn, dragged to their place and kept', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Mesas');
  await manager.page.getByRole('textbox', { name: 'Zona nueva' }).fill('Salón');
  await manager.page.getByRole('button', { name: 'Agregar zona' }).click();
  for (let count = 0; count < 3; count += 1) await manager.page.getByRole('button', { name: 'Agregar mesa' }).click();
  const second = manager.page.getByRole('button', { name: /^Mesa 2,/ });
  const box = await second.boundingBox();
  if (box === null) throw new Error('the table is not on the plan');
  await manager.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await manager.page.mouse.down();
  await manager.page.mouse.move(box.x + box.width / 2 + 100, box.y + box.height / 2 + 160, { steps: 5 });
  await manager.page.mouse.up();
  await manager.page.getByRole('radio', { name: 'Redonda' }).click();
  await manager.page.getByRole('textbox', { name: 'Nombre de la mesa' }).fill('Ventana');
  await manager.page.getByRole('textbox', { name: 'Nombre de la mesa' }).blur();
  await look(manager.page, 'floor-editor');
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.getByRole('button', { name: 'Guardar' }).click();
  await expect.poll(async () => (await plan()).version).toBe(1);
  const { zones } = (await plan()).plan;
  const moved = zones[0]?.tables[1];
  expect(zones[0]?.tables.map(({ name }) => name)).toEqual(['1', 'Ventana', '3']);
  expect(moved?.shape).toBe('round');
  expect(moved?.y).toBeGreaterThan(zones[0]?.tables[0]?.y ?? 99);
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('a tap begins an order at a free table, opens that of a taken one, and guests move on the plan', async () => {
  await branch.order([['perro-caliente', 2]], { type: 'dine_in', table: '1' });
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.page.getByRole('button', { name: 'Mesas', exact: true }).click();
  await pos.page.getByRole('button', { name: 'Mesa 1: Ocupada' }).waitFor();
  await look(pos.page, 'floor-till');
  expect(await violations(pos.page)).toEqual([]);

  await pos.page.getByRole('button', { name: 'Cambiar de mesa' }).click();
  await pos.page.getByRole('button', { name: 'Mesa 1: Ocupada' }).click();
  await pos.page.getByRole('button', { name: 'Mesa Ventana: Libre' }).click();
  await pos.page.getByRole('button', { name: 'Mesa Ventana: Ocupada' }).waitFor();
  await pos.page.getByRole('button', { name: 'Mesa 1: Libre' }).waitFor();

  await pos.page.getByRole('button', { name: 'Mesa Ventana: Ocupada' }).click();
  await pos.page.getByRole('heading', { name: /^[A-Z]-\d+/ }).first().waitFor();
  await pos.page.goBack();
  await pos.page.getByRole('button', { name: 'Mesa 3: Libre' }).click();
  await pos.page.getByText('Mesa 3').first().waitFor();
  await look(pos.page, 'floor-begun');
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});
