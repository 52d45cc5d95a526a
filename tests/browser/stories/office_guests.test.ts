/** Guests in the office: found, their card changed, blocked so that the till says so, and erased where they ask for it. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';

interface Card { id: string; name: string; status: string; addresses: { text: string; notes?: string }[]; consents: { purpose: string; given: boolean }[] }

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  const consent = '¿Autoriza guardar su nombre y teléfono para sus próximos pedidos?';
  await branch.api('POST', 'customers', { phone: '300 123 4567', name: 'Ana Muñoz', addresses: [{ text: 'Carrera 7 # 12-34' }], consent });
  await branch.api('POST', 'customers', { phone: '310 765 4321', name: 'Blas Quintero', consent });
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const cards = async (search: string) => (await branch.api<{ items: Card[] }>('GET', `customers?search=${search}`)).items;

async function look(manager: Manager, name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await manager.page.screenshot({ path: `${folder}/${name}.png` });
}

test('a guest is found by four digits, has another address, allows offers, is blocked, and is erased', async () => {
  const [ana] = await cards('munoz');
  await branch.order([['perro-caliente', 1]], { customer: { id: ana?.id } });
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Clientes');
  await manager.page.getByRole('button', { name: /^Blas Quintero/ }).waitFor();
  await manager.page.getByRole('searchbox').fill('4567');
  await manager.page.getByRole('button', { name: /^Blas Quintero/ }).waitFor({ state: 'detached' });
  expect(await violations(manager.page)).toEqual([]);
  await look(manager, 'guests-page');
  await manager.page.getByRole('button', { name: /^Ana Muñoz/ }).click();
  const sheet = manager.page.getByRole('dialog', { name: 'Ana Muñoz' });
  await sheet.getByText('1 Perro caliente').waitFor();
  await sheet.getByRole('button', { name: 'Agregar dirección' }).click();
  await sheet.getByLabel('Dirección 2', { exact: true }).fill('Calle 57 # 10-20');
  await sheet.getByLabel('Cómo se llega a la dirección 2').fill('Torre 3');
  expect(await violations(manager.page)).toEqual([]);
  await look(manager, 'guests-card');
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await expect.poll(async () => (await cards('munoz'))[0]?.addresses).toEqual([{ text: 'Carrera 7 # 12-34', notes: null }, { text: 'Calle 57 # 10-20', notes: 'Torre 3' }]);
  await sheet.getByRole('button', { name: 'Autoriza recibir ofertas' }).click();
  await sheet.getByRole('button', { name: 'Ya no quiere ofertas' }).waitFor();
  expect((await cards('munoz'))[0]?.consents.map(({ purpose, given }) => [purpose, given])).toEqual([['orders', true], ['marketing', true]]);

  await sheet.getByRole('button', { name: 'Bloquear' }).click();
  await sheet.getByText('Bloqueado: la caja no le toma pedidos').waitFor();
  await expect(branch.order([['perro-caliente', 1]], { customer: { id: ana?.id } })).rejects.toThrow('customer.blocked');
  await sheet.getByRole('button', { name: 'Quitar el bloqueo' }).click();
  await sheet.getByRole('button', { name: 'Bloquear' }).waitFor();

  await sheet.getByRole('button', { name: 'Mantén para borrar sus datos' }).hover();
  await manager.page.mouse.down();
  await sheet.waitFor({ state: 'detached' });
  await manager.page.mouse.up();
  await manager.page.getByText('Nadie coincide.').waitFor();
  expect(await cards('munoz')).toEqual([]);
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});
