/** What a guest is given on paper: the bill before paying, the receipt once more; and an order opened again for the coffee. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, type PlacedOrder, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { PointOfSale } from '../harness/pos.ts';

interface Paper extends PlacedOrder { due: number; receipt: string | null; closed: boolean; bill_printed_at: string | null }

let branch: Branch;
let devices: Devices;
let pos: PointOfSale;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  branch.command('printer', 'add', 'caja', 'virtual:', '--counter');
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
beforeEach(async () => {
  pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
});
afterEach(async () => {
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});

const now = (id: string) => branch.api<Paper>('GET', `orders/${id}`);
const sheet = (name: string) => pos.page.getByRole('dialog', { name });
const said = (words: string) => pos.page.getByRole('status').filter({ hasText: words }).waitFor();

async function more(number: string, action: string): Promise<void> {
  await pos.page.getByRole('article', { name: `Pedido ${number}` }).getByRole('button', { name: 'Más acciones' }).click();
  await sheet('Más acciones').getByRole('button', { name: action }).click();
}

test('the bill is printed before the guest pays', async () => {
  const placed = await branch.order([['perro-caliente', 1]], { type: 'dine_in', table: '5' });
  await pos.openOrder(placed.number);
  await pos.page.getByRole('button', { name: 'Más acciones' }).click();
  expect(await violations(pos.page)).toEqual([]);
  await sheet('Más acciones').getByRole('button', { name: 'Precuenta' }).click();
  await said('La precuenta sale por la impresora');
  expect((await now(placed.id)).bill_printed_at).not.toBeNull();
});

test('the receipt is printed once more, as a copy', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Cobrar' }).click();
  await sheet('Cobrar').getByRole('button', { name: 'Datáfono' }).click();
  await sheet('Cobrar').getByRole('button', { name: 'Listo' }).click();
  await expect.poll(async () => (await now(placed.id)).receipt).toMatch(/^ESQ-F-/);
  await more(placed.number, 'Copia del recibo');
  await said('La copia sale por la impresora');
});

test('the slip of a delivery is printed once more, and so is the order whole', async () => {
  const placed = await branch.order([['perro-caliente', 1]], { type: 'delivery', customer: { name: 'Ana', phone: '3001234567' }, delivery: { address: 'Carrera 7 # 45-10' } });
  await pos.openOrder(placed.number);
  for (const paper of ['Pedido completo, para el pase', 'Tiquete del domicilio']) {
    await more(placed.number, 'Reimprimir');
    expect(await violations(pos.page)).toEqual([]);
    await sheet('Reimprimir').getByRole('button', { name: paper }).click();
    await said('Reimpresión enviada');
  }
  const again = async () => {
    const jobs = await branch.api<{ items: { paper?: string; reprint: number }[] }>('GET', 'print/jobs?limit=50');
    return jobs.items.filter(({ reprint }) => reprint === 1).map(({ paper }) => paper).sort();
  };
  // The first paper's notice may still stand when the second is asked for.
  await expect.poll(again, { timeout: 10_000 }).toEqual(['delivery_slip', 'whole_order']);
});

test('an order handed over and not paid is opened again with a manager\'s PIN, and takes a coffee', async () => {
  const placed = await branch.order([['perro-caliente', 1]], { type: 'dine_in', table: '6' });
  for (const status of ['preparing', 'ready', 'served']) await branch.api('PATCH', `orders/${placed.id}/status`, { status });
  const order = await pos.openOrder(placed.number);
  await more(placed.number, 'Reabrir');
  const approval = sheet('Autoriza un administrador');
  for (const digit of STAFF.marta.pin) await approval.getByRole('button', { name: digit, exact: true }).click();
  await said(`${placed.number} está abierto otra vez`);
  await order.getByRole('button', { name: 'Agregar productos' }).waitFor();
  expect((await now(placed.id)).status).not.toBe('served');
});
