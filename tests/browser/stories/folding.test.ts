/** What was taken back and nobody touches gives its place up, and is still counted. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';

interface Placed { id: string; number: string; version: number; lines: { id: string }[] }

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('an order that was only taken back stands in one strip after three minutes, and comes back when somebody asks', async () => {
  const boss = branch.command('token', 'create', '--role', 'admin', '--name', 'jefe').trim();
  const device = await devices.device(SIZES.tablet);
  // The page's clock is the test's from here on; it goes on as any other.
  await device.page.clock.install();
  const kitchen = await Kitchen.open(device, branch, 'grill');
  const [gone, stays] = [await branch.order([['perro-caliente', 1]]), await branch.order([['perro-caliente', 1]])];
  await kitchen.card(gone.number).waitFor();
  const { version, lines } = await branch.api<Placed>('GET', `orders/${gone.id}`);
  await branch.api('POST', `orders/${gone.id}/lines/${lines[0]?.id ?? ''}/void`, { reason: 'se fueron' }, { 'if-match': String(version), authorization: `Bearer ${boss}` });
  await kitchen.card(gone.number).getByText('ANULADO').first().waitFor();
  // Seen by the screen at least once as it is now.
  await device.page.clock.runFor(2_000);
  await device.page.clock.fastForward(181_000);
  const strip = kitchen.page.getByRole('complementary', { name: 'Anulados sin ver' });
  await strip.getByText('1 pedido anulado sin ver').waitFor({ timeout: 20_000 });
  await strip.getByText(gone.number).waitFor();
  await kitchen.isGone(gone.number);
  expect(await kitchen.card(stays.number).isVisible()).toBe(true);
  expect(await violations(kitchen.page)).toEqual([]);

  await strip.getByRole('button', { name: 'Mostrar' }).click();
  await kitchen.card(gone.number).getByText('ANULADO').first().waitFor();
  await strip.waitFor({ state: 'detached' });
  await device.close();
});
