/** Screens are let in with a code and put out at once; whoever is on the network and was not let in sees nothing. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { logIn } from '../harness/log_in.ts';

let branch: Branch;
let devices: Devices;
let office: Device;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open({}, 'paired'), Devices.open()]);
  office = await devices.device(SIZES.tablet);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

async function type(device: Device, code: string): Promise<void> {
  for (const digit of code) await device.page.getByRole('button', { name: digit, exact: true }).click();
}

async function look(device: Device, name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await device.page.screenshot({ path: `${folder}/${name}.png` });
}

/** What the manager's screen shows somebody who is to pair a screen. */
async function codeFor(name: string, screen: string): Promise<string> {
  await office.page.getByRole('button', { name: 'Vincular una pantalla' }).click();
  const sheet = office.page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Nombre' }).fill(name);
  await sheet.getByRole('radio', { name: screen, exact: true }).click();
  await look(office, `pairing-${name}-plan`);
  expect(await violations(office.page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Crear el código' }).click();
  const digits = await sheet.getByLabel('Código', { exact: true }).innerText();
  await sheet.getByRole('img').waitFor();
  await look(office, `pairing-${name}-code`);
  expect(await violations(office.page)).toEqual([]);
  return digits.replace(/\s/g, '');
}

test('the first screen is let in from the box itself and is the office', async () => {
  await office.visit(branch, '/pos');
  await office.page.getByRole('heading', { name: 'Vincular esta pantalla' }).waitFor();
  expect(await violations(office.page)).toEqual([]);
  await look(office, 'pairing-stranger');
  await type(office, branch.command('device', 'code', 'Oficina', '--screen', 'manager').slice(0, 6));
  await logIn(office.page, STAFF.marta);
  await office.page.getByRole('heading', { name: 'Hoy' }).waitFor();
  await office.page.getByRole('navigation').getByRole('link', { name: 'Pantallas' }).click();
  await office.page.getByRole('button', { name: /^Oficina/ }).waitFor();
});

test('a tablet types a code, is the till from then on, and is nothing once it is put out', async () => {
  const tablet = await devices.device(SIZES.tablet);
  const code = await codeFor('Caja 1', 'Caja');
  await tablet.visit(branch, '/');
  await type(tablet, code === '000000' ? '000001' : '000000');
  await tablet.page.getByText('Ese código no es').waitFor();
  await type(tablet, code);
  await logIn(tablet.page, STAFF.camila);
  await tablet.page.getByRole('button', { name: /^Camila:/ }).waitFor();
  // The sheet closes by itself when the tablet is there.
  await office.page.getByRole('dialog').waitFor({ state: 'detached' });

  await tablet.visit(branch, '/');
  await tablet.page.getByRole('button', { name: /^Camila:/ }).waitFor();

  await office.page.getByRole('button', { name: /^Caja 1/ }).click();
  const revoke = office.page.getByRole('dialog').getByRole('button', { name: 'Mantén para quitarla' });
  await revoke.hover();
  await office.page.mouse.down();
  await office.page.getByRole('dialog').waitFor({ state: 'detached' });
  await office.page.mouse.up();
  await tablet.page.getByRole('heading', { name: 'Vincular esta pantalla' }).waitFor();
  expect(tablet.faults).toEqual([]);
  await tablet.close();
});

test('a code in the address, as a QR brings it, pairs a kitchen screen by itself, which asks nobody for a PIN', async () => {
  const screen = await devices.device(SIZES.television);
  const code = await codeFor('Cocina', 'Cocina');
  await screen.visit(branch, `/#${code}`);
  await screen.page.waitForURL('**/kitchen?stations=all');
  const placed = await branch.order([['perro-caliente', 1]]);
  const card = screen.page.getByRole('article', { name: `Pedido ${placed.number}`, exact: true });
  await card.waitFor();
  await card.getByRole('button', { name: /^Listo: pedido/ }).click();
  await card.waitFor({ state: 'detached' });
  await expect.poll(async () => (await branch.api<{ status: string }>('GET', `orders/${placed.id}`)).status).toBe('ready');
  // Switched off and on again, as each night.
  await screen.page.reload();
  await screen.page.getByText('Todo al día').first().waitFor();
  expect(screen.faults).toEqual([]);
  await screen.close();
});

test('a board that is let in shows the numbers by itself', async () => {
  const screen = await devices.device(SIZES.television);
  const placed = await branch.order([['perro-caliente', 1]]);
  await screen.visit(branch, `/#${await codeFor('Tablero', 'Tablero')}`);
  await screen.page.waitForURL('**/board');
  await screen.page.getByText(placed.number.split('-').pop() ?? '').first().waitFor();
  expect(screen.faults).toEqual([]);
  await screen.close();
  expect(office.faults).toEqual([]);
});
