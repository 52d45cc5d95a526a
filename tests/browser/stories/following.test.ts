/** A guest follows their order on a phone: the code on the receipt opens one page, which says how far it is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  // A guest's phone is no screen of the branch.
  [branch, devices] = await Promise.all([Branch.open({}, 'paired'), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('a guest opens the code and sees the order come further, and what the box said when the network is away', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const { address } = await branch.api<{ address: string }>('GET', `orders/${placed.id}/guest-pass`);
  const phone = await devices.device(SIZES.phone);
  const { page } = phone;
  await page.goto(address);
  await page.getByRole('heading', { name: placed.number }).waitFor();
  await page.getByText('En cola').waitFor();
  await page.getByText(/Faltan unos \d+ minutos|Ya casi está/).waitFor();
  expect(await violations(page)).toEqual([]);

  await branch.api('PATCH', `orders/${placed.id}/status`, { status: 'preparing' });
  await page.getByRole('status').getByText('En preparación').waitFor();
  await page.context().setOffline(true);
  await page.getByText(/Sin conexión/).waitFor({ timeout: 20_000 });
  await branch.api('PATCH', `orders/${placed.id}/status`, { status: 'ready' });
  await page.context().setOffline(false);
  await page.getByText('¡Listo! Ya puedes recogerlo').waitFor({ timeout: 20_000 });
  expect(await page.getByText(/Sin conexión/).isVisible()).toBe(false);
  expect(await violations(page)).toEqual([]);
  await phone.close();
});

test('a code that is no pass says so, and nothing else of the branch opens', async () => {
  const phone = await devices.device(SIZES.phone);
  await phone.page.goto(`${branch.address}/pedido#${'0'.repeat(52)}`);
  await phone.page.getByText('Este enlace ya no sirve').waitFor();
  await phone.page.goto(`${branch.address}/pos`);
  await expect.poll(() => new URL(phone.page.url()).pathname).toBe('/');
  await phone.close();
});
