/** A printer that turns up by itself: everybody is told, it shows its number when asked, and one touch sets it up. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
import { NetworkPrinter } from '../harness/network_printer.ts';

let printer: NetworkPrinter;
let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  // It is there before the box is switched on.
  printer = await NetworkPrinter.open('EPSON TM-m30');
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
  await printer.close();
});

test('a printer that announces itself is told of, shows its number, and prints for the station that is touched', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.page.getByText('Impresora nueva: EPSON TM-m30, la número 1.').waitFor({ timeout: 30_000 });
  await manager.goTo('Impresoras');
  const found = manager.page.getByRole('region', { name: 'Impresora nueva' });
  await found.getByText('EPSON TM-m30').waitFor();
  expect(printer.printed, 'nothing is sent unasked to anything on the network').toEqual([]);
  expect(await violations(manager.page)).toEqual([]);

  await found.getByRole('button', { name: 'Imprimir el 1' }).click();
  await expect.poll(() => printer.printed.length, { timeout: 20_000 }).toBe(1);
  expect(printer.printed[0]?.includes('IMPRESORA')).toBe(true);

  await found.getByRole('button', { name: 'Bebidas', exact: true }).click();
  await found.waitFor({ state: 'detached' });
  await manager.page.getByRole('heading', { name: 'Bebidas', exact: true }).waitFor();
  await manager.goTo('Hoy');
  await manager.page.getByText('Impresora nueva: EPSON TM-m30, la número 1.').waitFor({ state: 'detached', timeout: 30_000 });
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});
