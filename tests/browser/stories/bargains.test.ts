/** A bill is cut so that its parts always add up, and something is taken off it only by who may, or with a manager's PIN. */
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, type PlacedOrder, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { logIn } from '../harness/log_in.ts';
import { PointOfSale } from '../harness/pos.ts';

interface Cut extends PlacedOrder {
  due: number;
  paid: number;
  discount: number;
  discounts: { kind: string; amount: number; reason: string }[];
  split: { parts: { amount: number; paid: number }[] } | null;
}

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

const now = (id: string) => branch.api<Cut>('GET', `orders/${id}`);
const sheet = (name: string) => pos.page.getByRole('dialog', { name });

test('a bill is cut in three at two taps, each part is paid by itself, and they make up the whole', async () => {
  const placed = await branch.order([['perro-caliente', 1], ['salchipapa-especial', 1]], { type: 'dine_in', table: '3' });
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Cobrar' }).click();
  pos.taps = 0;
  await pos.touch(sheet('Cobrar').getByRole('button', { name: 'Dividir la cuenta' }));
  expect(await violations(pos.page)).toEqual([]);
  await pos.touch(sheet('Dividir la cuenta').getByRole('button', { name: 'Dividir en 3' }));
  expect(pos.taps).toBe(2);
  const parts = sheet('Cobrar').getByRole('group', { name: 'Partes de la cuenta' });
  await parts.getByRole('button', { name: /^Parte 3/ }).waitFor();
  expect(await violations(pos.page)).toEqual([]);
  expect((await now(placed.id)).split?.parts.reduce((sum, { amount }) => sum + amount, 0)).toBe(3_050_000);

  for (const [place, method] of ['Datáfono', 'Nequi', 'Daviplata'].entries()) {
    await parts.getByRole('button', { name: `Parte ${place + 1}` }).click();
    await sheet('Cobrar').getByRole('button', { name: method }).click();
    await sheet('Cobrar').getByRole('button', { name: 'Listo' }).click();
    await expect.poll(async () => (await now(placed.id)).split?.parts[place]?.paid).toBeGreaterThan(0);
  }
  expect([(await now(placed.id)).due, (await now(placed.id)).paid]).toEqual([0, 3_050_000]);
});

test('a bill is cut by what each guest had, a dish by halves', async () => {
  const placed = await branch.order([['perro-caliente', 1], ['salchipapa-especial', 1], ['agua', 1]], { type: 'dine_in', table: '4' });
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Más acciones' }).click();
  await sheet('Más acciones').getByRole('button', { name: 'Dividir la cuenta' }).click();
  const board = sheet('Dividir la cuenta');
  await board.getByRole('radio', { name: 'Por producto' }).click();
  await board.getByText('Hay alguien sin nada por pagar').waitFor();
  await expect.poll(() => board.getByRole('button', { name: 'Dividir en 2' }).isDisabled()).toBe(true);
  await board.getByRole('button', { name: 'Perro caliente: paga 1' }).click();
  await board.getByRole('button', { name: 'Mitad y mitad: Salchipapa especial' }).click();
  await board.getByRole('button', { name: 'Salchipapa especial: paga 1 + 2' }).waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await board.getByRole('button', { name: 'Dividir en 2' }).click();
  await board.waitFor({ state: 'detached' });
  const { split, due } = await now(placed.id);
  expect(split?.parts.map(({ amount }) => amount)).toEqual([due - 1_200_000 - 925_000, 1_200_000 + 925_000]);

  await order.getByRole('button', { name: 'Cobrar' }).click();
  await sheet('Cobrar').getByRole('button', { name: 'Quitar la división' }).click();
  await expect.poll(async () => (await now(placed.id)).split).toBeNull();
});

test('a bill is cut by amounts, and the rest is the last part', async () => {
  const placed = await branch.order([['perro-caliente', 1], ['salchipapa-especial', 1]]);
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Más acciones' }).click();
  await sheet('Más acciones').getByRole('button', { name: 'Dividir la cuenta' }).click();
  await sheet('Dividir la cuenta').getByRole('radio', { name: 'Por valor' }).click();
  await sheet('Dividir la cuenta').getByRole('button', { name: 'Agregar una parte' }).click();
  for (const key of ['2', '0', '000']) await sheet('Parte 1').getByRole('button', { name: key, exact: true }).click();
  await sheet('Parte 1').getByRole('button', { name: 'Listo' }).click();
  await sheet('Dividir la cuenta').getByText('$ 10.500').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await sheet('Dividir la cuenta').getByRole('button', { name: 'Dividir en 2' }).click();
  await expect.poll(async () => (await now(placed.id)).split?.parts.map(({ amount }) => amount)).toEqual([2_000_000, 1_050_000]);
});

test('a discount of a cashier is allowed by a manager on the same screen, has its reason, and is taken back only by who may', async () => {
  const placed = await branch.order([['perro-caliente', 2]]);
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Más acciones' }).click();
  await sheet('Más acciones').getByRole('button', { name: 'Descuento' }).click();
  const discount = sheet('Descuento');
  await expect.poll(() => discount.getByRole('button', { name: 'Aplicar' }).isDisabled()).toBe(true);
  await discount.getByRole('button', { name: '20 %' }).click();
  await discount.getByRole('button', { name: 'Se demoró' }).click();
  expect(await violations(pos.page)).toEqual([]);
  await discount.getByRole('button', { name: 'Aplicar' }).click();
  const approval = sheet('Autoriza un administrador');
  await approval.getByText('Doña Marta').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  for (const digit of '3690') await approval.getByRole('button', { name: digit, exact: true }).click();
  await order.getByText('Descuento 20 % · Se demoró').waitFor();
  const { discounts, total } = await now(placed.id);
  expect([discounts.map(({ kind, amount, reason }) => [kind, amount, reason]), total]).toEqual([[['percent', 480_000, 'Se demoró']], 1_920_000]);
  const undo = { name: 'Quitar Descuento 20 % · Se demoró' };
  await expect.poll(() => order.getByRole('button', undo).count()).toBe(0);
  await pos.button(/^Camila:/).click();
  await pos.button('Cambiar de persona').click();
  await logIn(pos.page, STAFF.marta);
  await order.getByRole('button', undo).click();
  await expect.poll(async () => (await now(placed.id)).total).toBe(2_400_000);
});

test('a waiter takes a line back and ends the order with a manager\'s PIN on the same screen, and stays logged in', async () => {
  const luz = { name: 'Luz', role: 'waiter', pin: '1593' } as const;
  branch.command('staff', 'add', luz.name, '--role', luz.role, '--pin', luz.pin);
  await pos.button(/^Camila:/).click();
  await pos.button('Cambiar de persona').click();
  await logIn(pos.page, luz);
  const placed = await branch.order([['perro-caliente', 1], ['agua', 1]], { type: 'dine_in', table: '7' });
  const order = await pos.openOrder(placed.number);
  const approval = sheet('Autoriza un administrador');
  const approve = async (pin: string) => {
    await approval.getByText('Doña Marta').waitFor();
    for (const digit of pin) await approval.getByRole('button', { name: digit, exact: true }).click();
  };

  await order.getByRole('button', { name: 'Anular Agua' }).click();
  const reason = sheet('¿Por qué se anula?');
  await reason.getByRole('button', { name: 'Error al tomarlo' }).click();
  await reason.getByRole('button', { name: 'Anular', exact: true }).click();
  await approval.waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await approve('1111');
  await approval.getByRole('alert').filter({ hasText: 'PIN' }).waitFor();
  await approve('3690');
  await approval.getByRole('button', { name: 'Entrar' }).click();
  await order.getByText('Anulado: Error al tomarlo').waitFor();
  expect((await now(placed.id)).total).toBe(1_200_000);

  await order.getByRole('button', { name: 'Cancelar el pedido' }).click();
  const end = sheet('¿Por qué se cancela?');
  await end.getByRole('button', { name: 'El cliente se fue' }).click();
  const held = await end.getByRole('button', { name: 'Mantén para cancelar' }).boundingBox();
  if (held === null) throw new Error('the button is not on the screen');
  await pos.page.mouse.move(held.x + held.width / 2, held.y + held.height / 2);
  await pos.page.mouse.down();
  await approval.waitFor();
  await pos.page.mouse.up();
  await approve('3690');
  await expect.poll(async () => (await now(placed.id)).status).toBe('cancelled');
  await pos.button(/^Luz:/).waitFor();
});
