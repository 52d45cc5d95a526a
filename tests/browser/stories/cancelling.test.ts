/** A paid order is cancelled: the money goes back in the same act, with a manager's PIN, into the drawer of whoever gives it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Locator } from 'playwright-core';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { typePin } from '../harness/log_in.ts';
import { PointOfSale } from '../harness/pos.ts';

interface ReportX { shifts: { expected: { cash?: number } }[] }
interface Ended { status: string; paid: number; due: number; closed: boolean; payments: { method: string; amount: number; refunded: number }[] }

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

const of = (id: string) => branch.api<Ended>('GET', `orders/${id}`);
const sheet = () => pos.page.getByRole('dialog', { name: '¿Por qué se cancela?' });

async function hold(button: Locator): Promise<void> {
  await button.hover();
  await pos.page.mouse.down();
  await pos.page.waitForTimeout(1_000);
  await pos.page.mouse.up();
}

test('nobody cancels a paid order without a shift when cash goes back, and then both happen or neither', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  await branch.api('POST', 'payments', { order: placed.id, method: 'nequi', amount: 1_200_000, reference: '118' });
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Cancelar el pedido' }).click();
  await sheet().getByText('Nequi').waitFor();
  await sheet().getByRole('button', { name: 'El cliente cambió de opinión' }).click();
  await sheet().getByRole('radio', { name: 'En efectivo' }).click();
  await sheet().getByText('Para devolver efectivo abre tu turno de caja.').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  const act = sheet().getByRole('button', { name: 'Mantén para cancelar y devolver $ 12.000' });
  expect(await act.isDisabled()).toBe(true);
  await sheet().getByRole('button', { name: 'Abrir turno' }).click();
  const float = pos.page.getByRole('dialog', { name: '¿Con cuánto empieza el cajón?' });
  for (const key of ['5', '0', '000']) await float.getByRole('button', { name: key, exact: true }).click();
  await float.getByRole('button', { name: 'Abrir turno' }).click();
  await expect.poll(() => act.isDisabled()).toBe(false);
  await hold(act);

  // A cashier does not give money back alone. Who leaves the question has done nothing.
  const approval = pos.page.getByRole('dialog', { name: 'Autoriza un administrador' });
  await approval.waitFor();
  await approval.getByRole('button', { name: 'Cerrar' }).click();
  await approval.waitFor({ state: 'detached' });
  expect(await of(placed.id)).toMatchObject({ status: 'accepted', paid: 1_200_000 });

  await hold(act);
  await approval.waitFor();
  await typePin(pos.page, STAFF.marta.pin);
  await order.getByText('Cancelado: El cliente cambió de opinión').waitFor();
  const ended = await of(placed.id);
  expect(ended).toMatchObject({ status: 'cancelled', paid: 0, due: 0, closed: true });
  expect(ended.payments.map(({ method, refunded }) => [method, refunded])).toEqual([['nequi', 1_200_000]]);
  // What went back in cash left the drawer of the one who gave it.
  const admin = branch.command('token', 'create', '--role', 'admin', '--name', 'cuentas').trim();
  const report = await branch.api<ReportX>('GET', 'cash/reports/x', undefined, { authorization: `Bearer ${admin}` });
  expect(report.shifts.map(({ expected }) => expected.cash)).toEqual([3_800_000]);
});

test('an order that nothing was paid of asks for a reason and nothing else', async () => {
  const placed = await branch.order([['perro-caliente', 1]]);
  const order = await pos.openOrder(placed.number);
  await order.getByRole('button', { name: 'Cancelar el pedido' }).click();
  await sheet().getByRole('button', { name: 'Error al tomarlo' }).click();
  expect(await sheet().getByText('Se devuelve al cliente').count()).toBe(0);
  await hold(sheet().getByRole('button', { name: 'Mantén para cancelar', exact: true }));
  await order.getByText(/^Cancelado:/).waitFor();
  expect(await of(placed.id)).toMatchObject({ status: 'cancelled', paid: 0, closed: true });
});
