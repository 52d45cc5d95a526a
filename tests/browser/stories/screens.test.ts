/** «Pantallas»: which screens there are, which of them still paint, and which are gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { PickupBoard } from '../harness/board.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('a screen that paints is up to date, one that was switched off is said to be off', async () => {
  const board = await PickupBoard.open(await devices.device(SIZES.television), branch);
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Pantallas');
  const row = manager.page.getByRole('listitem').filter({ hasText: 'Tablero' });
  await row.filter({ hasText: 'Al día' }).waitFor({ timeout: 20_000 });
  await row.filter({ hasText: 'Andrés' }).waitFor();
  expect(await violations(manager.page)).toEqual([]);
  await board.device.close();
  await row.filter({ hasText: 'Apagada' }).waitFor({ timeout: 20_000 });
  expect(manager.device.faults).toEqual([]);
});
