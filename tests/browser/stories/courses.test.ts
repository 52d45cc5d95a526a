/** A waiter sends a meal in courses, for a time, to another table, and puts two orders together. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
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

const LOOK = process.env.COMANDA_LOOK;

async function look(pos: PointOfSale, name: string): Promise<void> {
  if (LOOK) await pos.page.screenshot({ path: `${LOOK}/${name}.png` });
}

interface Ticket { kind: string; station_name: string }
const ticketsOf = async (order: string) => (await branch.api<{ items: Ticket[] }>('GET', `orders/${order}/tickets`)).items.map(({ kind }) => kind);
const openOrders = async () => (await branch.api<{ items: (PlacedOrder & { table: string | null; scheduled_for: string | null; merged_into?: string })[] }>('GET', 'orders?sort=-created_at')).items;

test('a second course waits until it is fired with one touch', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.tile('Perro caliente').click();
  await pos.button('Tiempo').click();
  await look(pos, 'course-sheet');
  expect(await violations(pos.page)).toEqual([]);
  await pos.sheet().getByRole('button', { name: /^Tiempo 2/ }).click();
  await pos.line('Perro caliente').getByText('Tiempo 2 · en espera').waitFor();
  await pos.tile('Perro caliente').click();
  expect(await pos.line('Perro caliente').count(), 'what is tapped again goes out at once').toBe(2);
  await pos.button('Enviar').click();
  await expect.poll(async () => (await openOrders()).length).toBe(1);
  const [order] = await openOrders();
  expect(await ticketsOf(order?.id ?? '')).toEqual(['new']);
  const detail = await pos.openOrder(order?.number ?? '');
  await look(pos, 'order-waiting');
  expect(await violations(pos.page)).toEqual([]);
  await detail.getByRole('button', { name: 'Marchar Tiempo 2' }).click();
  await detail.getByRole('region', { name: 'En espera' }).waitFor({ state: 'detached' });
  expect(await ticketsOf(order?.id ?? '')).toEqual(['new', 'fired']);
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});

test('an order is taken for later', async () => {
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  await pos.tile('Perro caliente').click();
  await pos.button('Cliente').click();
  await pos.sheet().getByRole('button', { name: 'En 2 h' }).click();
  await look(pos, 'wanted-at');
  await pos.sheet().getByRole('button', { name: 'Listo' }).click();
  await pos.page.getByRole('button', { name: /^Para las \d\d:\d\d/ }).waitFor();
  await pos.button('Enviar').click();
  await expect.poll(async () => (await openOrders())[0]?.scheduled_for ?? null).not.toBeNull();
  const [order] = await openOrders();
  expect(await ticketsOf(order?.id ?? '')).toEqual([]);
  const detail = await pos.openOrder(order?.number ?? '');
  await detail.getByText(/Programado para las \d\d:\d\d/).waitFor();
  await detail.getByRole('button', { name: 'Marchar', exact: true }).click();
  await expect.poll(() => ticketsOf(order?.id ?? '')).toEqual(['new']);
  await pos.device.close();
});

test('a table changes, and two orders become one', async () => {
  const take = (table: string) => branch.api<PlacedOrder>('POST', 'orders', { type: 'dine_in', table, lines: [{ product: 'perro-caliente', quantity: 1 }] });
  const [one, other] = [await take('3'), await take('8')];
  const pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  const detail = await pos.openOrder(one.number);
  await detail.getByRole('button', { name: 'Más' }).click();
  await pos.sheet().getByRole('button', { name: 'Cambiar de mesa' }).click();
  await pos.sheet().getByRole('button', { name: /^7/ }).click();
  await detail.getByText('Mesa 7').waitFor();
  await detail.getByRole('button', { name: 'Más' }).click();
  await pos.sheet().getByRole('button', { name: 'Unir pedidos' }).click();
  await look(pos, 'merge-sheet');
  expect(await violations(pos.page)).toEqual([]);
  const merge = pos.sheet().getByRole('button', { name: new RegExp(`^Unir ${other.number}`) });
  await merge.dispatchEvent('pointerdown', { button: 0, isPrimary: true });
  await expect.poll(async () => (await openOrders()).find(({ id }) => id === other.id)?.merged_into).toBe(one.id);
  await expect.poll(() => detail.getByRole('listitem').count()).toBe(2);
  expect(await ticketsOf(one.id)).toEqual(['new', 'moved', 'moved']);
  await look(pos, 'merged');
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});
