/** The manager's office: who works here, what was done that somebody answers for, and the copies of the branch. */
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { logIn } from '../harness/log_in.ts';
import { Manager } from '../harness/manager.ts';

let branch: Branch;
let devices: Devices;
let manager: Manager;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
beforeEach(async () => {
  manager = await Manager.open(await devices.device(SIZES.tablet), branch);
});
afterEach(async () => {
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

async function look(name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await manager.page.screenshot({ path: `${folder}/${name}.png` });
}

const sheet = (name: string) => manager.page.getByRole('dialog', { name });

async function typePin(digits: string): Promise<void> {
  for (const digit of digits) await sheet('PIN nuevo').getByRole('button', { name: digit, exact: true }).click();
  await sheet('PIN nuevo').getByRole('button', { name: 'Entrar' }).click();
}

async function hold(name: string): Promise<void> {
  await manager.page.getByRole('button', { name }).hover();
  await manager.page.mouse.down();
  await manager.page.getByRole('dialog').waitFor({ state: 'detached' });
  await manager.page.mouse.up();
}

test('somebody is taken on, sells, is logged out from afar, and leaves', async () => {
  await manager.goTo('Personal');
  await manager.page.getByRole('button', { name: 'Agregar persona' }).click();
  await sheet('Agregar persona').getByRole('textbox', { name: 'Nombre' }).fill('Luisa');
  await sheet('Agregar persona').getByRole('radio', { name: 'Caja' }).click();
  expect(await violations(manager.page)).toEqual([]);
  await sheet('Agregar persona').getByRole('button', { name: 'Elegir el PIN' }).click();
  expect(await violations(manager.page)).toEqual([]);
  await typePin('7391');
  await manager.page.getByRole('button', { name: /^Luisa/ }).waitFor();

  const till = await devices.device(SIZES.tablet);
  await till.visit(branch, '/pos');
  await logIn(till.page, { name: 'Luisa', pin: '7391' });
  await till.page.getByRole('button', { name: /^Luisa:/ }).waitFor();
  await manager.page.reload();
  await manager.page.getByRole('button', { name: 'Cerrar la sesión de Luisa' }).click();
  await till.page.getByText('Tu sesión terminó').waitFor();

  await manager.page.getByRole('button', { name: /^Luisa/ }).click();
  await hold('Mantén para quitar el acceso');
  await manager.page.getByRole('button', { name: /^Luisa.*Sin acceso/ }).waitFor();
  await till.page.reload();
  await till.page.getByRole('button', { name: 'Camila' }).waitFor();
  await expect.poll(() => till.page.getByRole('button', { name: 'Luisa' }).count()).toBe(0);
  await till.close();
});

test('a PIN that somebody forgot is another, and the old one opens nothing', async () => {
  await manager.goTo('Personal');
  await manager.page.getByRole('button', { name: /^Andrés/ }).click();
  await sheet('Andrés').getByRole('button', { name: 'Cambiar el PIN' }).click();
  await typePin('8642');
  await sheet('PIN nuevo').waitFor({ state: 'detached' });
  const kitchen = await devices.device(SIZES.tablet);
  await kitchen.visit(branch, '/kitchen?stations=all');
  await logIn(kitchen.page, { ...STAFF.andres, pin: '8642' });
  await kitchen.page.getByRole('main').waitFor();
  await kitchen.close();
});

test('what was given up says who did it, who allowed it and why', async () => {
  const order = await branch.order([['perro-caliente', 1]]);
  await branch.api('POST', `orders/${order.id}/lines/${order.lines[0]?.id}/void`, { reason: 'Se cayó' }, { 'if-match': `"${order.version}"` });
  await manager.goTo('Auditoría');
  await manager.page.getByRole('listitem').filter({ hasText: 'Producto anulado' }).filter({ hasText: 'pruebas · Se cayó' }).first().waitFor();
  await manager.page.getByRole('radio', { name: 'Con autorización' }).click();
  await manager.page.getByText('Nada todavía').waitFor();
});

test('an act is found by its reason and by what it is about, and says what it was before', async () => {
  const order = await branch.order([['perro-caliente', 1]]);
  await branch.api('POST', `orders/${order.id}/lines/${order.lines[0]?.id}/void`, { reason: 'Llegó frío' }, { 'if-match': `"${order.version}"` });
  branch.command('settings', 'set', '--tip-permille', '80');
  branch.command('settings', 'set', '--tip-permille', '50');
  await manager.goTo('Auditoría');
  await manager.page.getByRole('radio', { name: 'Todo', exact: true }).click();
  await manager.page.getByRole('searchbox', { name: 'Buscar por nombre o motivo' }).fill('FRIO');
  const acts = manager.page.getByRole('main').getByRole('listitem');
  await expect.poll(() => acts.count()).toBe(1);
  await acts.filter({ hasText: 'Llegó frío' }).waitFor();
  await manager.page.getByRole('searchbox', { name: 'Buscar por nombre o motivo' }).fill('');
  await manager.page.getByRole('combobox', { name: 'De qué' }).selectOption('Menú y ajustes');
  await acts.filter({ hasText: 'Menú o ajustes cambiados' }).first().getByRole('button').click();
  await manager.page.getByRole('row', { name: 'Propina propuesta 8 % 5 %' }).waitFor();
  await look('office-audit');
  expect(await violations(manager.page)).toEqual([]);
});

test('a copy is made and proved with two touches', async () => {
  await manager.goTo('Copias');
  await manager.page.getByText('Nadie ha visto el código de recuperación').waitFor();
  await manager.page.getByRole('button', { name: 'Hacer una copia ahora' }).click();
  await manager.page.getByRole('button', { name: 'Probar' }).first().click();
  await manager.page.getByText('Sirve', { exact: true }).waitFor({ timeout: 20_000 });
  expect(await violations(manager.page)).toEqual([]);
});
