/** A guest who calls again: found by the last digits, with where they live and what they had, and kept only if they said yes. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { PointOfSale } from '../harness/pos.ts';

interface Known { id: string; name: string; orders: number; addresses: { text: string }[]; consents: { purpose: string; given: boolean; wording: string }[] }
interface Sold extends PlacedOrder { customer: { id: string | null; name: string; phone: string } | null; delivery_address: string | null }

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

const details = () => pos.page.getByRole('dialog', { name: 'Cliente y nota' });
const known = async (search: string) => (await branch.api<{ items: Known[] }>('GET', `customers?search=${search}`)).items;
const sold = async (number: string) => (await branch.api<{ items: Sold[] }>('GET', `orders?number=${number}`)).items[0] as Sold;

async function deliver(): Promise<void> {
  await pos.page.getByRole('radio', { name: 'Domicilio' }).or(pos.button('Domicilio')).first().click();
  await pos.button('Cliente').click();
}

test('a guest who allows it is kept with the first delivery, and the second takes four digits and «Repetir»', async () => {
  await pos.tap('Perro caliente');
  await deliver();
  await details().getByLabel('Teléfono').fill('300 123 4567');
  await details().getByLabel('Nombre del cliente').fill('Ana Muñoz');
  await details().getByLabel('Dirección', { exact: true }).fill('Carrera 7 # 12-34');
  await details().getByRole('checkbox', { name: /Guardar la ficha/ }).check();
  expect(await violations(pos.page)).toEqual([]);
  await details().getByRole('button', { name: 'Listo' }).click();
  await details().waitFor({ state: 'detached' });
  await pos.send();
  const first = await sold(await pos.sentNumber());
  const [ana] = await known('munoz');
  expect([first.customer?.id, ana?.orders, ana?.addresses[0]?.text]).toEqual([ana?.id, 1, 'Carrera 7 # 12-34']);
  expect(ana?.consents.map(({ purpose, given, wording }) => [purpose, given, wording.length > 20])).toEqual([['orders', true, true]]);

  await deliver();
  await details().getByLabel('Teléfono').pressSequentially('4567');
  await details().getByRole('list', { name: 'Clientes que coinciden' }).getByRole('button', { name: /Ana Muñoz/ }).click();
  const card = details().getByRole('region', { name: 'Ficha de Ana Muñoz' });
  await card.getByText('1 Perro caliente').waitFor();
  await expect.poll(() => details().getByLabel('Dirección', { exact: true }).inputValue()).toBe('Carrera 7 # 12-34');
  expect(await violations(pos.page)).toEqual([]);
  await card.getByRole('button', { name: 'Repetir' }).click();
  await pos.line('Perro caliente').waitFor();
  await pos.send();
  const second = await sold(await pos.sentNumber());
  expect([second.customer?.name, second.delivery_address, second.lines.map(({ name }) => name)]).toEqual(['Ana Muñoz', 'Carrera 7 # 12-34', ['Perro caliente']]);
});

test('a guest who was not asked is on the order and on no card', async () => {
  await pos.tap('Perro caliente');
  await pos.button('Cliente').click();
  await details().getByLabel('Teléfono').fill('3019998877');
  await details().getByLabel('Nombre del cliente').fill('Luis');
  await details().getByRole('button', { name: 'Listo' }).click();
  await pos.send();
  expect((await sold(await pos.sentNumber())).customer).toEqual({ id: null, name: 'Luis', phone: '3019998877' });
  expect(await known('8877')).toEqual([]);
});

test('a blocked guest is said to be one, and the box takes no order for the card', async () => {
  const consent = '¿Autoriza guardar sus datos?';
  const made = await branch.api<{ id: string }>('POST', 'customers', { phone: '3105550000', name: 'Pedro', consent });
  await branch.api('PUT', `customers/${made.id}`, { status: 'blocked', phone: '3105550000', name: 'Pedro', notes: 'Dejó dos pedidos sin pagar' }, { 'if-match': '"2"' });
  await pos.tap('Perro caliente');
  await pos.button('Cliente').click();
  await details().getByLabel('Teléfono').pressSequentially('0000');
  await details().getByRole('button', { name: /Pedro/ }).click();
  await details().getByRole('alert').filter({ hasText: 'Dejó dos pedidos sin pagar' }).waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await details().getByRole('button', { name: 'Listo' }).click();
  await pos.send();
  await pos.page.getByText('Este cliente está bloqueado').waitFor();
});
