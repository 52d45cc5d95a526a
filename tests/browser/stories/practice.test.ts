/** Somebody learns on a branch beside the branch: plainly another one, and nothing of it is real. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
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

test('a cashier practises on the same tablet, framed on every page, and is still logged in at the real till', async () => {
  await branch.order([['perro-caliente', 1]]);
  const real = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  const practice = await branch.practise();
  const tab = await real.device.context.newPage();
  await tab.goto(`${practice}/pos`);
  const framed = () => tab.evaluate(() => getComputedStyle(document.documentElement, '::before').content);
  expect(await framed()).toBe('"PRÁCTICA"');
  await tab.getByRole('button', { name: /Camila/ }).click();
  for (const digit of '2580') await tab.getByRole('button', { name: digit, exact: true }).click();
  await tab.getByRole('button', { name: /^0 abiertos: ver/ }).waitFor();
  await tab.getByRole('main').getByRole('button', { name: /^Perro caliente/ }).first().click();
  await tab.getByRole('button', { name: 'Enviar', exact: true }).click();
  await tab.getByRole('status').filter({ hasText: /M-0001\s*enviado/ }).first().waitFor();
  const folder = process.env.COMANDA_PICTURES;
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    await tab.screenshot({ path: `${folder}/practice.png` });
  }
  expect(await violations(tab)).toEqual([]);
  for (const page of ['', 'kitchen', 'manager', 'board', 'expo', 'tickets']) {
    await tab.goto(`${practice}/${page}`);
    expect(await framed(), page).toBe('"PRÁCTICA"');
  }

  // The real till has its one order and its cashier.
  await real.page.reload();
  await real.showsOpen(1);
  const { items } = await branch.api<{ items: unknown[] }>('GET', 'orders');
  expect(items).toHaveLength(1);
  expect(real.device.faults).toEqual([]);
});
