/**
 * A whole day of a branch: two tablets are let in, two drawers opened, orders of every kind taken, charged, cut, taken back and
 * given back, the network cut in between, both drawers counted blind, the day closed. Then everything is counted again from the
 * journal alone, and agrees to the peso.
 *
 * Each kind of thing is done by touch once; the rest of the day's orders come over the API, as busy tills would send them. How many:
 * `COMANDA_LONG=1` makes it a day of sixty.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator } from 'playwright-core';
import { violations } from '../harness/accessible.ts';
import { Branch, type PlacedOrder, STAFF } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { expected, recount, type Taking } from '../harness/journal.ts';
import { logIn, typePin } from '../harness/log_in.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

const ORDERS = process.env.COMANDA_LONG === undefined ? 16 : 60;
const BETO = { name: 'Beto', role: 'cashier', pin: '1357' } as const;

interface Sold extends PlacedOrder { due: number; paid: number; tip: number; type: string; payments: { id: string; method: string; amount: number }[] }
interface Closure { shift: { drawer: string }; differences: Record<string, number>; expected: Record<string, number> }
interface ReportZ { number: string; sales: object; takings: Record<string, Taking>; open_shifts: number }

let branch: Branch;
let devices: Devices;
let admin: string;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open({}, 'paired'), Devices.open()]);
  branch.command('staff', 'add', BETO.name, '--role', BETO.role, '--pin', BETO.pin);
  admin = branch.command('token', 'create', '--role', 'admin', '--name', 'gerencia').trim();
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const asAdmin = <T>(method: string, path: string, body?: unknown) => branch.api<T>(method, path, body, { authorization: `Bearer ${admin}` });

async function letIn(name: string, screen: string): Promise<Device> {
  const device = await devices.device(SIZES.tablet);
  const code = branch.command('device', 'code', name, '--screen', screen).slice(0, 6);
  await device.visit(branch, '/');
  await typePin(device.page, code);
  return device;
}

async function till(name: string, who: { name: string; pin: string }): Promise<PointOfSale> {
  const device = await letIn(name, 'till');
  await logIn(device.page, who);
  return PointOfSale.entered(device);
}

const dialog = (pos: PointOfSale, name: string) => pos.page.getByRole('dialog', { name });
const pane = (pos: PointOfSale) => dialog(pos, 'Cobrar');

async function press(place: Locator, ...keys: string[]): Promise<void> {
  for (const key of keys) await place.getByRole('button', { name: key, exact: true }).click();
}

async function hold(pos: PointOfSale, button: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded();
  await button.hover();
  await pos.page.mouse.down();
  await pos.page.waitForTimeout(1_000);
  await pos.page.mouse.up();
}

/** A manager types a PIN on the cashier's screen. */
async function approve(pos: PointOfSale): Promise<void> {
  const approval = dialog(pos, 'Autoriza un administrador');
  await approval.getByText('Doña Marta').waitFor();
  await typePin(pos.page, STAFF.marta.pin);
  await approval.waitFor({ state: 'detached' });
}

async function openShift(pos: PointOfSale, who: string, ...float: string[]): Promise<void> {
  await pos.page.goto(`${branch.address}/pos#/turno`);
  await pos.button('Abrir turno').click();
  await press(pos.page.getByRole('dialog'), ...float);
  await pos.page.getByRole('dialog').getByRole('button', { name: 'Abrir turno' }).click();
  await pos.page.getByText(`Turno de ${who}`).waitFor();
  await pos.button('Volver a vender').click();
}

async function serve(pos: PointOfSale, service: string): Promise<void> {
  await pos.page.getByRole('radio', { name: service, exact: true }).click();
}

async function charge(pos: PointOfSale, order: Locator, ...ways: string[]): Promise<void> {
  await order.getByRole('button', { name: 'Cobrar' }).click();
  for (const way of ways) await pane(pos).getByRole('button', { name: way }).first().click();
  await pane(pos).getByRole('button', { name: 'Listo' }).click();
  await pane(pos).waitFor({ state: 'detached' });
}

async function sale(pos: PointOfSale): Promise<void> {
  await pos.page.goto(`${branch.address}/pos#/`);
  await pos.tile('Perro caliente').waitFor();
}

/** Done by touch, each kind of thing once. */
async function byTouch(one: PointOfSale, other: PointOfSale): Promise<void> {
  // At the counter, in cash, with change.
  await serve(one, 'Mostrador');
  await one.tap('Perro caliente');
  await one.button('Cobrar').click();
  await pane(one).getByRole('button', { name: '$ 20.000' }).click();
  await pane(one).getByRole('button', { name: 'Listo' }).click();
  await one.gives('$ 8.000');

  // To take away: sent first, paid by telephone and the rest in cash.
  await serve(other, 'Para llevar');
  await other.tap('Salchipapa especial');
  await other.send();
  const away = await other.openOrder(await other.sentNumber());
  await away.getByRole('button', { name: 'Cobrar' }).click();
  await pane(other).getByRole('button', { name: 'Nequi' }).click();
  await pane(other).getByRole('button', { name: 'Cobrar una parte' }).click();
  const some = dialog(other, '¿Cuánto se cobra ahora?');
  await press(some, ...Array.from({ length: 5 }, () => 'Borrar'), '1', '0', '000', 'Listo');
  await pane(other).getByRole('button', { name: 'Listo' }).click();
  await pane(other).getByText('$ 8.500', { exact: true }).waitFor();
  await pane(other).getByRole('button', { name: 'Efectivo' }).click();
  await pane(other).getByRole('button', { name: 'Exacto' }).click();
  await pane(other).getByRole('button', { name: 'Listo' }).click();
  await sale(other);

  // At a table: a discount that a manager allows, the bill in two parts, a tip.
  await serve(one, 'Mesa');
  await one.tap('Perro caliente');
  await one.tap('Salchipapa especial');
  await one.send();
  await one.sheet().getByRole('button', { name: '7', exact: true }).click();
  const table = await one.openOrder(await one.sentNumber());
  await table.getByRole('button', { name: 'Más acciones' }).click();
  await dialog(one, 'Más acciones').getByRole('button', { name: 'Descuento' }).click();
  await press(dialog(one, 'Descuento'), '20 %', 'Se demoró', 'Aplicar');
  await approve(one);
  await table.getByText('Descuento 20 % · Se demoró').waitFor();
  await table.getByRole('button', { name: 'Cobrar' }).click();
  await pane(one).getByRole('group', { name: 'Propina voluntaria' }).getByRole('button', { name: /^10 %/ }).click();
  await pane(one).getByRole('button', { name: 'Dividir la cuenta' }).click();
  await dialog(one, 'Dividir la cuenta').getByRole('button', { name: 'Dividir en 2' }).click();
  const parts = pane(one).getByRole('group', { name: 'Partes de la cuenta' });
  await parts.getByRole('button', { name: 'Parte 1' }).click();
  await pane(one).getByRole('button', { name: 'Datáfono' }).click();
  await pane(one).getByRole('button', { name: 'Listo' }).click();
  await parts.getByRole('button', { name: 'Parte 2' }).click();
  await pane(one).getByRole('button', { name: 'Efectivo' }).click();
  await pane(one).getByRole('button', { name: 'Exacto' }).click();
  await pane(one).getByRole('button', { name: 'Listo' }).click();
  await pane(one).waitFor({ state: 'detached' });
  await sale(one);

  // Brought home: a line is taken back before it is paid, and half of it is given back afterwards.
  await serve(other, 'Domicilio');
  await other.tap('Perro caliente');
  await other.tap('Salchipapa especial');
  await other.send();
  await other.sheet().getByLabel('Dirección').fill('Calle 57 # 10-20, Chapinero');
  await other.sheet().getByRole('button', { name: 'Listo', exact: true }).last().click();
  const home = await other.openOrder(await other.sentNumber());
  await home.getByRole('button', { name: 'Anular Perro caliente' }).click();
  await press(dialog(other, '¿Por qué se anula?'), 'Error al tomarlo', 'Anular');
  await home.getByText('Anulado: Error al tomarlo').waitFor();
  await charge(other, home, 'Efectivo', 'Exacto');
  await home.getByRole('button', { name: 'Más acciones' }).click();
  await dialog(other, 'Más acciones').getByRole('button', { name: 'Devolver dinero' }).click();
  await press(dialog(other, 'Devolver dinero'), 'El cliente no quedó contento');
  await hold(other, dialog(other, 'Devolver dinero').getByRole('button', { name: 'Mantén para devolver' }));
  await approve(other);
  await dialog(other, 'Devolver dinero').waitFor({ state: 'detached' });
  await sale(other);

  // Paid, and then not wanted: cancelled, and the money back, in one act.
  await serve(one, 'Para llevar');
  await one.tap('Perro caliente');
  await one.send();
  const unwanted = await one.openOrder(await one.sentNumber());
  await charge(one, unwanted, 'Efectivo', 'Exacto');
  await unwanted.getByRole('button', { name: 'Cancelar el pedido' }).click();
  await press(dialog(one, '¿Por qué se cancela?'), 'El cliente se fue');
  await hold(one, dialog(one, '¿Por qué se cancela?').getByRole('button', { name: /^Mantén para cancelar y devolver/ }));
  await approve(one);
  await unwanted.getByText('Cancelado: El cliente se fue').waitFor();
  await sale(one);
}

/** The tablet is out of reach of the box: what it takes waits on it, and is there once when it is back. */
async function cutOff(pos: PointOfSale): Promise<void> {
  const count = async () => (await branch.api<{ total: number }>('GET', 'orders?include_total=true')).total;
  const before = await count();
  await pos.device.context.setOffline(true);
  await serve(pos, 'Para llevar');
  await pos.tap('Perro caliente');
  await pos.send();
  await pos.page.getByRole('button', { name: 'Por enviar: 1' }).waitFor({ timeout: 30_000 });
  await pos.device.context.setOffline(false);
  await pos.page.getByRole('button', { name: 'Por enviar: 1' }).waitFor({ state: 'detached', timeout: 30_000 });
  await expect.poll(count).toBe(before + 1);
}

/** As a till sends it, logged in and from its own tablet. */
async function ask<T>(pos: PointOfSale, path: string, data: object, headers: Record<string, string> = {}): Promise<T> {
  const response = await pos.page.request.post(`${branch.address}/api/v1/${path}`, { data, headers: { 'idempotency-key': crypto.randomUUID(), ...headers } });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return (await response.json()) as T;
}

/** The rest of the day: what a till sends, mixed by the number of the order. */
async function bySending(tills: PointOfSale[], count: number): Promise<void> {
  const KINDS = [{ type: 'takeaway' }, { type: 'dine_in', table: '4' }, { type: 'delivery', delivery: { address: 'Carrera 7 # 12-34' } }, { type: 'takeaway', channel: 'rappi', external_number: 'R-1' }];
  const approval = { staff: (await asAdmin<{ items: { id: string; name: string }[] }>('GET', 'staff')).items.find(({ name }) => name === STAFF.marta.name)?.id, pin: STAFF.marta.pin };
  for (let place = 0; place < count; place += 1) {
    const pos = tills[place % tills.length] as PointOfSale;
    const lines = [{ product: 'perro-caliente', quantity: 1 + (place % 3) }, { product: 'salchipapa-especial', quantity: 1 }];
    let order = await ask<Sold>(pos, 'orders', { ...KINDS[place % KINDS.length], lines });
    if (place % 5 === 1) await ask(pos, `orders/${order.id}/discounts`, { kind: 'percent', value: 150, reason: 'cliente de siempre', approval }, { 'if-match': `"${order.version}"` });
    if (place % 5 === 2) await ask(pos, `orders/${order.id}/lines/${order.lines[1]?.id}/void`, { reason: 'se agotó' }, { 'if-match': `"${order.version}"` });
    order = await branch.api<Sold>('GET', `orders/${order.id}`);
    const half = Math.floor(order.due / 200) * 100;
    const ways = place % 4 === 3 ? [['cash', order.due]] : place % 4 === 2 ? [['card', half], ['cash', order.due - half]] : place % 4 === 1 ? [['nequi', order.due]] : [['cash', order.due]];
    for (const [method, amount] of ways) await ask(pos, 'payments', { order: order.id, method, amount, ...(method === 'cash' ? {} : { reference: `A${place}` }) });
    if (place % 7 === 3) {
      const { payments } = await branch.api<Sold>('GET', `orders/${order.id}`);
      await ask(pos, `payments/${payments[0]?.id}/refund`, { amount: 500_000, reason: 'venía frío', approval });
    }
  }
  await ask(tills[0] as PointOfSale, 'cash/movements', { kind: 'out', amount: 3_500_000, reason: 'hielo', approval });
}

/** Counts a drawer by touch: so many notes of 50.000 and of 2.000, and coins of 50. */
async function countBlind(pos: PointOfSale, amount: number): Promise<void> {
  await pos.page.goto(`${branch.address}/pos#/turno`);
  await pos.button('Contar y cerrar turno').click();
  let left = amount;
  for (const [name, value] of [['$ 50.000', 5_000_000], ['$ 2.000', 200_000], ['$ 50', 5_000]] as const) {
    const count = Math.floor(left / value);
    left -= count * value;
    if (count === 0) continue;
    await pos.button(`Escribir cuántos de ${name}`).click();
    for (const digit of String(count)) await pos.button(digit).click();
  }
  expect(await violations(pos.page)).toEqual([]);
  await hold(pos, pos.button('Mantén para confirmar el conteo'));
  await pos.page.getByRole('row', { name: /Efectivo/ }).waitFor();
}

test('the books of a whole day agree to the peso with the journal counted again', async () => {
  const [camila, beto] = [await till('Caja 1', STAFF.camila), await till('Caja 2', BETO)];
  await openShift(camila, 'Camila', '1', '0', '0', '000');
  await openShift(beto, 'Beto', '5', '0', '000');
  await byTouch(camila, beto);
  await cutOff(beto);
  const { total: taken } = await branch.api<{ total: number }>('GET', 'orders?include_total=true');
  await bySending([camila, beto], ORDERS - taken);

  // What should be in the drawers is known from the journal alone before anybody counts.
  const before = recount(branch.command('journal', 'export'));
  expect(before.unbalanced).toEqual([]);
  expect(before.sales.orders).toBe(ORDERS);
  const drawers = [...before.drawers.values()];
  expect(drawers.map(({ drawer }) => drawer)).toEqual(['Caja 1', 'Caja 2']);
  const STEP = 5_000;
  const counted = drawers.map((drawer, place) => Math.floor(expected(drawer) / STEP) * STEP - (place === 1 ? 200_000 : 0));
  await countBlind(camila, counted[0] ?? 0);
  await countBlind(beto, counted[1] ?? 0);
  const closures = (await asAdmin<{ items: Closure[] }>('GET', 'cash/closures')).items;
  for (const [place, drawer] of drawers.entries()) {
    const closure = closures.find(({ shift }) => shift.drawer === drawer.drawer);
    expect([closure?.expected.cash, closure?.differences.cash]).toEqual([expected(drawer), (counted[place] ?? 0) - expected(drawer)]);
  }

  const office = await letIn('Oficina', 'manager');
  await logIn(office.page, STAFF.marta);
  const manager = await Manager.entered(office);
  await manager.goTo('Caja');
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.getByRole('button', { name: 'Mantén para cerrar el día (Z)' }).hover();
  await manager.page.mouse.down();
  const reports = async () => (await asAdmin<{ items: ReportZ[] }>('GET', 'cash/reports/z')).items;
  await expect.poll(async () => (await reports()).length).toBe(1);
  await manager.page.mouse.up();
  const [report] = await reports();
  const books = recount(branch.command('journal', 'export'));
  expect([report?.number, report?.open_shifts]).toEqual(['ESQ-Z-000001', 0]);
  expect(report?.sales).toEqual(books.sales);
  const takings = [...books.takings].map(([method, taking]) => [method, { ...taking, net: taking.amount - taking.refunded }]);
  expect(report?.takings).toEqual(Object.fromEntries(takings));
  for (const kind of ['order.line_voided', 'order.discounted', 'order.split', 'payment.refunded', 'order.cancelled', 'cash.moved']) expect(books.kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  // It fails where the chain is not whole.
  branch.command('journal', 'verify');
  for (const { faults } of [camila.device, beto.device, office]) expect(faults).toEqual([]);
}, 300_000);
