/** Whoever stands at the pass sees whole orders, fires the next course and hands over what is ready. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Expo } from '../harness/expo.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

interface Lines { id: string; number: string; lines: { id: string; stations: string[] }[] }

function dinner(table: string): Promise<Lines> {
  return branch.api('POST', 'orders', { type: 'dine_in', table, lines: [
    { product: 'perro-caliente', quantity: 2, course: 1 }, { product: 'salchipapa-especial', quantity: 1, course: 2, fire: 'held', notes: 'bien tostada' }] });
}

const bump = (order: Lines, line: number) => branch.api('POST', `kitchen/orders/${order.id}/bump`, { station: order.lines[line]?.stations[0] }, { authorization: `Bearer ${cook}` });
let cook = '';
let boss = '';
beforeAll(() => {
  cook = branch.command('token', 'create', '--role', 'kitchen', '--name', 'cocina').trim();
  boss = branch.command('token', 'create', '--role', 'admin', '--name', 'jefe').trim();
});

test.each(['tablet', 'television'] as const)('a whole order goes from its first course to the guest on a %s', async (size) => {
  const expo = await Expo.open(await devices.device(SIZES[size]), branch);
  const order = await dinner(size === 'tablet' ? '4' : '5');
  const card = expo.order(order.number);
  await card.getByLabel('Por hacer').first().waitFor();
  await expect.poll(() => card.getByLabel('En espera').count()).toBe(1);
  await bump(order, 0);
  await expect.poll(() => card.getByLabel('Listo', { exact: true }).count()).toBe(1);
  expect(await card.getByRole('button', { name: 'Entregar' }).count(), 'the second course is still to come').toBe(0);
  await card.getByRole('button', { name: 'Marchar tiempo 2' }).click();
  await expect.poll(() => card.getByLabel('En espera').count()).toBe(0);
  await bump(order, 1);
  await card.getByRole('button', { name: 'Entregar' }).click();
  await card.waitFor({ state: 'detached' });
  expect(await violations(expo.page)).toEqual([]);
  expect(expo.device.faults).toEqual([]);
  await expo.device.close();
});

test('an order is raised to the front and taken back', async () => {
  const expo = await Expo.open(await devices.device(SIZES.tablet), branch);
  const [first, second] = [await dinner('1'), await dinner('2')];
  await expect.poll(() => expo.numbers()).toEqual([first.number, second.number]);
  await expo.order(second.number).getByRole('button', { name: 'Al frente' }).click();
  await expect.poll(async () => (await expo.numbers()).map((number) => number.replace(/^▲\s*/, ''))).toEqual([second.number, first.number]);
  await expo.page.getByRole('button', { name: 'Deshacer' }).click();
  await expect.poll(() => expo.numbers()).toEqual([first.number, second.number]);
  for (const { id } of [first, second]) {
    const { version } = await branch.api<{ version: number }>('GET', `orders/${id}`);
    await branch.api('POST', `orders/${id}/cancel`, { reason: 'prueba' }, { 'if-match': String(version), authorization: `Bearer ${boss}` });
  }
  await expo.device.close();
});

test('a full pass shows the ready ones first and counts what does not fit', async () => {
  const expo = await Expo.open(await devices.device(SIZES.tablet), branch);
  const orders = [];
  for (let table = 1; table <= 11; table += 1) orders.push(await dinner(String(table)));
  const ready = await branch.api<Lines>('POST', 'orders', { type: 'delivery', delivery: { address: 'Calle 1' }, lines: [{ product: 'perro-caliente', quantity: 1 }] });
  await bump(ready, 0);
  await expect.poll(async () => (await expo.numbers())[0]).toBe(ready.number);
  await expo.page.getByRole('button', { name: /^\+ 4 pedidos/ }).waitFor();
  await expo.order(ready.number).getByRole('button', { name: 'Sale a domicilio' }).waitFor();
  if (process.env.COMANDA_LOOK) {
    await expo.page.screenshot({ path: `${process.env.COMANDA_LOOK}/expo-tablet.png` });
    await expo.page.setViewportSize(SIZES.television);
    await expo.page.screenshot({ path: `${process.env.COMANDA_LOOK}/expo-television.png` });
    await expo.page.setViewportSize(SIZES.tablet);
  }
  const shown = await expo.numbers();
  await expo.page.getByRole('button', { name: /^\+ 4 pedidos/ }).click();
  expect((await expo.numbers()).some((number) => shown.includes(number))).toBe(false);
  expect(await violations(expo.page)).toEqual([]);
});
