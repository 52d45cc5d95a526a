/** A cashier charges: three taps in cash, change that stays, payments of several kinds, a tip that is the guest's to give. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, pause } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { PointOfSale } from '../harness/pos.ts';

interface Charged { id: string; status: string; total: number; tip: number; paid: number; due: number; receipt: string | null; payments: { method: string; amount: number; change: number | null; reference: string | null }[] }

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
});
afterEach(async () => {
  expect(pos.device.faults).toEqual([]);
  await pos.device.close();
});

async function last(): Promise<Charged> {
  const { items } = await branch.api<{ items: Charged[] }>('GET', 'orders?limit=1');
  return items[0] as Charged;
}

/** The sheet on which one pays. */
const pane = () => pos.page.getByRole('dialog', { name: 'Cobrar' });

test('without a shift of one\'s own no cash is taken, and the shift is opened on the spot', async () => {
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  await pane().getByText('Para recibir efectivo abre tu turno de caja.').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await pane().getByRole('button', { name: 'Abrir turno' }).click();
  const float = pos.page.getByRole('dialog', { name: '¿Con cuánto empieza el cajón?' });
  for (const key of ['2', '0', '0', '000']) await float.getByRole('button', { name: key, exact: true }).click();
  expect(await violations(pos.page)).toEqual([]);
  await float.getByRole('button', { name: 'Abrir turno' }).click();
  await pane().getByRole('button', { name: 'Exacto' }).click();
  await pane().getByRole('button', { name: 'Listo' }).click();
  await pos.gives('$ 0');
  expect((await last()).due).toBe(0);
});

test('a counter sale in cash is charged in three taps, and the change stays until the next order', async () => {
  await pos.tap('Perro caliente');
  await pos.tap('Salchipapa especial');
  pos.taps = 0;
  await pos.touch(pos.button('Cobrar'));
  await pos.touch(pane().getByRole('button', { name: '$ 50.000' }));
  await pos.touch(pane().getByRole('button', { name: 'Listo' }));
  await pos.gives('$ 19.500');
  expect(pos.taps).toBe(3);
  const order = await last();
  expect([order.total, order.paid]).toEqual([3_050_000, 3_050_000]);
  expect(order.payments.map(({ method, amount, change: back }) => [method, amount, back])).toEqual([['cash', 3_050_000, 1_950_000]]);
  expect(order.receipt).toMatch(/^ESQ-F-\d{6}$/);
  await pause(2_000);
  expect(await violations(pos.page)).toEqual([]);
  await pos.change('$ 19.500').waitFor();
  await pos.tap('Perro caliente');
  await pos.change('$ 19.500').waitFor({ state: 'detached' });
});

test('part by card and the rest in cash: what is left is said each time', async () => {
  await pos.tap('Salchipapa especial');
  await pos.button('Cobrar').click();
  await pane().getByRole('button', { name: 'Datáfono' }).click();
  await pane().getByRole('button', { name: 'Cobrar una parte' }).click();
  const some = pos.page.getByRole('dialog', { name: '¿Cuánto se cobra ahora?' });
  for (const key of ['9', '9', '000']) await some.getByRole('button', { name: key, exact: true }).click();
  await some.getByText('Máximo $ 18.500').waitFor();
  await expect.poll(() => some.getByRole('button', { name: 'Listo' }).isDisabled()).toBe(true);
  for (const key of ['Borrar', 'Borrar', 'Borrar', 'Borrar', 'Borrar', '1', '0', '000']) await some.getByRole('button', { name: key, exact: true }).click();
  await some.getByRole('button', { name: 'Listo' }).click();
  await pane().getByRole('textbox', { name: 'Referencia o aprobación' }).fill('004512');
  await pane().getByRole('button', { name: 'Listo' }).click();
  await pane().getByText('$ 8.500', { exact: true }).waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await pane().getByRole('button', { name: 'Efectivo' }).click();
  await pane().getByRole('button', { name: '$ 10.000' }).click();
  await pane().getByRole('button', { name: 'Listo' }).click();
  await pos.gives('$ 1.500');
  expect((await last()).payments.map(({ method, amount, reference }) => [method, amount, reference])).toEqual([['card', 1_000_000, '004512'], ['cash', 850_000, null]]);
});

test('a tip is asked openly: none unless the guest says so, ten per cent proposed', async () => {
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  const tip = pane().getByRole('group', { name: 'Propina voluntaria' });
  expect(await tip.getByRole('button', { name: 'Sin propina' }).getAttribute('aria-pressed')).toBe('true');
  const [none, some] = [await tip.getByRole('button', { name: 'Sin propina' }).boundingBox(), await tip.getByRole('button', { name: /^10 %/ }).boundingBox()];
  expect([none?.width, none?.height].map((size) => Math.round(size ?? 0))).toEqual([some?.width, some?.height].map((size) => Math.round(size ?? 0)));
  await tip.getByRole('button', { name: /^10 %/ }).click();
  await pane().getByText('$ 13.111').first().waitFor();
  await tip.getByRole('button', { name: 'Sin propina' }).click();
  await pane().getByText('$ 12.000').first().waitFor();
  await tip.getByRole('button', { name: /^10 %/ }).click();
  await pane().getByText('$ 13.111').first().waitFor();
  await pane().getByRole('button', { name: 'Exacto' }).click();
  await pane().getByRole('button', { name: 'Listo' }).click();
  await pos.gives('$ 0');
  const order = await last();
  expect([order.tip, order.paid]).toEqual([111_100, 1_311_100]);
});

test('what was typed too little is not taken, and says how much lacks', async () => {
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  for (const key of ['1', '0', '000']) await pane().getByRole('button', { name: key, exact: true }).click();
  await pane().getByText('Faltan').waitFor();
  await pane().getByText('$ 2.000').waitFor();
  await expect.poll(() => pane().getByRole('button', { name: 'Listo' }).isDisabled()).toBe(true);
  await pos.page.keyboard.type('0');
  await pane().getByText('$ 88.000').waitFor();
});

test('two tills charge one order: the second is told, and nothing is paid twice', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const other = await PointOfSale.open(await devices.device(SIZES.tablet), branch);
  for (const till of [pos, other]) {
    const order = await till.openOrder(placed.number);
    await order.getByRole('button', { name: 'Cobrar' }).click();
    await till.page.getByRole('dialog', { name: 'Cobrar' }).getByRole('button', { name: 'Exacto' }).click();
  }
  await Promise.all([pos, other].map(({ page }) => page.getByRole('dialog', { name: 'Cobrar' }).getByRole('button', { name: 'Listo' }).click()));
  await expect.poll(async () => (await branch.api<Charged>('GET', `orders/${placed.id}`)).paid).toBe(1_200_000);
  expect((await branch.api<Charged>('GET', `orders/${placed.id}`)).payments).toHaveLength(1);
  await other.device.close();
});

test('an answer that is lost is asked for again, and the guest pays once', async () => {
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  await pane().getByRole('button', { name: 'Exacto' }).click();
  // The box takes the money, and its answer never arrives.
  await pos.page.route('**/api/v1/payments', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await pane().getByRole('button', { name: 'Listo' }).click();
  await pane().getByText('No se sabe si el cobro quedó.').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await pane().getByRole('button', { name: 'Reintentar' }).click();
  await pos.gives('$ 0');
  expect((await last()).payments).toHaveLength(1);
});

test('a served table is still there to be charged', async () => {
  const placed = await branch.order([['perro-caliente', 1]], { type: 'dine_in', table: '9' });
  for (const status of ['preparing', 'ready', 'served']) await branch.api('PATCH', `orders/${placed.id}/status`, { status });
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Cobrar' }).click();
  await pane().getByRole('button', { name: '$ 20.000' }).click();
  await pane().getByRole('button', { name: 'Listo' }).click();
  await order.getByText('$ 8.000', { exact: true }).waitFor();
  expect((await branch.api<{ closed: boolean }>('GET', `orders/${placed.id}`)).closed).toBe(true);
});
