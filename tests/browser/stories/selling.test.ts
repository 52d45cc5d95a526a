/** A cashier in a rush: few taps, nothing sent twice, and never a number before the box has said it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let pos: PointOfSale;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
beforeEach(async () => {
  pos = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  pos.taps = 0;
});
afterEach(async () => {
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});

interface Sold extends PlacedOrder {
  type: string;
  table: string | null;
  notes: string | null;
  delivery_address: string | null;
  customer: { name: string } | null;
  lines: (PlacedOrder['lines'][number] & { modifiers: { name: string }[]; notes: string | null; part_of?: string; status: string })[];
}

async function sold(number: string): Promise<Sold> {
  const { items } = await branch.api<{ items: Sold[] }>('GET', `orders?number=${number}`);
  expect(items).toHaveLength(1);
  return items[0] as Sold;
}

test('four lines are sent in twelve taps, two of them with a modifier, and the kitchen has them', async () => {
  const kitchen = await Kitchen.open(await devices.device(SIZES.television), branch);
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  await pos.tap('Gaseosa 400 ml');
  await pos.choose('Manzana');
  await pos.add();
  await pos.category('Salchipapas');
  await pos.tap('Papas a la francesa');
  await pos.choose('Grandes');
  await pos.add();
  await pos.send();
  const number = await pos.sentNumber();
  expect(pos.taps).toBeLessThanOrEqual(12);

  expect((await sold(number)).lines.map(({ name, modifiers }) => [name, modifiers.length])).toEqual([
    ['Perro caliente', 0], ['Salchipapa especial', 0], ['Gaseosa 400 ml', 1], ['Papas a la francesa', 1],
  ]);
  await kitchen.line(number, 'Papas a la francesa').waitFor();
  expect(kitchen.device.faults).toEqual([]);
  await kitchen.device.close();
});

test('a tile tapped again is one more, and the total is the one the box computes', async () => {
  await pos.tap('Perro caliente');
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  await pos.page.getByText('$ 42.500').first().waitFor();
  await pos.page.getByText('Incluye INC 8 %').waitFor();
  await pos.send();
  expect((await sold(await pos.sentNumber())).total).toBe(4_250_000);
});

test('a note, a table and a customer reach the order', async () => {
  await pos.touch(pos.page.getByRole('radio', { name: 'Mesa' }).or(pos.button('Mesa')).first());
  await pos.tap('Perro caliente');
  await pos.touch(pos.line('Perro caliente').getByRole('button', { name: 'Nota' }));
  await pos.sheet().getByRole('textbox').fill('sin servilleta');
  await pos.touch(pos.sheet().getByRole('button', { name: 'Listo', exact: true }).last());
  await pos.send();
  await pos.touch(pos.sheet().getByRole('button', { name: '7', exact: true }));
  const order = await sold(await pos.sentNumber());
  expect([order.type, order.table, order.lines[0]?.notes]).toEqual(['dine_in', '7', 'sin servilleta']);
});

test('a delivery asks for the address before it is sent', async () => {
  await pos.touch(pos.page.getByRole('radio', { name: 'Domicilio' }).or(pos.button('Domicilio')).first());
  await pos.tap('Perro caliente');
  await pos.send();
  await pos.sheet().getByLabel('Dirección').fill('Calle 57 # 10-20, Chapinero');
  await pos.touch(pos.sheet().getByRole('button', { name: 'Listo', exact: true }).last());
  const order = await sold(await pos.sentNumber());
  expect([order.type, order.delivery_address]).toEqual(['delivery', 'Calle 57 # 10-20, Chapinero']);
});

test('a combo asks for its parts, and each part goes to its station', async () => {
  await pos.category('Combos');
  await pos.tap('Combo personal');
  await pos.choose('Perro caliente');
  await pos.choose('Agua');
  await pos.add();
  await pos.send();
  const order = await sold(await pos.sentNumber());
  const [combo, ...parts] = order.lines;
  expect(combo?.stations).toEqual([]);
  expect(parts.map(({ name }) => name)).toEqual(['Perro caliente', 'Agua']);
  expect(parts.every(({ part_of, stations }) => part_of === combo?.id && stations.length > 0)).toBe(true);
});

test('the search finds without accents, and a scanner sells by its code wherever the focus is', async () => {
  await pos.page.getByRole('textbox', { name: 'Buscar o escanear' }).fill('super perro');
  await pos.tap('Súper perro La Esquina');
  await pos.page.getByRole('textbox', { name: 'Buscar o escanear' }).fill('');
  await pos.page.getByRole('textbox', { name: 'Buscar o escanear' }).blur();
  const menu = await branch.api<{ categories: { products: { name: string; barcode?: string; modifier_groups?: { min: number }[] }[] }[] }>('GET', 'catalog');
  const drink = menu.categories.flatMap(({ products }) => products).find(({ barcode, modifier_groups }) => barcode !== undefined && !(modifier_groups ?? []).some(({ min }) => min > 0));
  await pos.page.keyboard.type(drink?.barcode ?? '', { delay: 4 });
  await pos.page.keyboard.press('Enter');
  await pos.line(drink?.name ?? '').waitFor();
  await pos.line('Súper perro La Esquina').waitFor();
});

test('two quick taps on «Enviar» are one order', async () => {
  const before = (await branch.api<{ total: number }>('GET', 'orders?include_total=true')).total;
  await pos.tap('Perro caliente');
  await pos.button('Enviar').dblclick();
  await pos.sentNumber();
  expect((await branch.api<{ total: number }>('GET', 'orders?include_total=true')).total).toBe(before + 1);
});

test('an open order takes more lines, and only those are new to the kitchen', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const order = await pos.openOrder(placed.number);
  await pos.touch(order.getByRole('button', { name: 'Agregar productos' }));
  await pos.tap('Salchipapa especial');
  await pos.touch(pos.button(`Agregar a ${placed.number}`));
  await expect.poll(async () => (await sold(placed.number)).lines.map(({ name }) => name)).toEqual(['Perro caliente', 'Salchipapa especial']);
  const { items } = await branch.api<{ items: { kind: string }[] }>('GET', `orders/${placed.id}/tickets`);
  expect(items).toHaveLength(2);
});

test('an order goes on step by step to the guest', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const order = await pos.openOrder(placed.number);
  for (const step of ['Empezar a preparar', 'Marcar listo', 'Entregar']) await pos.touch(order.getByRole('button', { name: step }));
  await expect.poll(async () => (await sold(placed.number)).status).toBe('served');
});

test('a line is taken back with a reason, and tickets are printed again', async () => {
  const placed = await branch.order([['perro-caliente', 1], ['salchipapa-especial', 1]]);
  const order = await pos.openOrder(placed.number);
  await pos.touch(order.getByRole('button', { name: 'Anular Perro caliente' }));
  await pos.touch(pos.sheet().getByText('Se agotó'));
  await pos.touch(pos.sheet().getByRole('button', { name: 'Anular', exact: true }));
  await expect.poll(async () => (await sold(placed.number)).lines.map(({ status }) => status)).toEqual(['voided', 'open']);

  await pos.touch(order.getByRole('button', { name: 'Reimprimir' }));
  await pos.touch(pos.sheet().getByRole('button', { name: 'Todos los tiquetes' }));
  await pos.page.getByText('Reimpresión enviada').waitFor();
});
