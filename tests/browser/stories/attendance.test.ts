/** People come and go with their PIN, at the till and in the kitchen; the manager sees who is in and sets right what was forgotten. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { logIn } from '../harness/log_in.ts';
import { Manager } from '../harness/manager.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  // The week that is shown begins on a Monday: at midnight, not at four, before which somebody is said to have come below.
  branch.command('settings', 'set', '--day-starts-at', '00:00');
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('a cashier clocks in at a till where nobody is logged in, and nobody is logged in by it', async () => {
  const till = await devices.device(SIZES.phone);
  await till.visit(branch, '/pos');
  await till.page.getByRole('button', { name: 'Marcar entrada' }).click();
  const sheet = till.page.getByRole('dialog', { name: 'Marcar entrada' });
  await sheet.getByRole('button', { name: /Camila/ }).waitFor();
  expect(await violations(till.page)).toEqual([]);
  await sheet.getByRole('button', { name: /Camila/ }).click();
  for (const digit of STAFF.camila.pin) await sheet.getByRole('button', { name: digit, exact: true }).click();
  await sheet.getByText(/^Entrada a las \d\d:\d\d$/).waitFor();
  expect(await violations(till.page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Listo' }).click();
  await till.page.getByRole('heading', { name: '¿Quién eres?' }).waitFor();

  await till.page.getByRole('button', { name: 'Marcar entrada' }).click();
  await logIn({ getByRole: sheet.getByRole.bind(sheet) } as never, STAFF.camila);
  await sheet.getByText('Ya marcó la entrada.').waitFor();
  expect(till.faults).toEqual([]);
  await till.close();
});

test('a cook clocks in at the kitchen\'s screen, and typing the PIN on its keyboard bumps nothing', async () => {
  const order = await branch.order([['perro-caliente', 1]]);
  const kitchen = await Kitchen.open(await devices.device(SIZES.television), branch);
  await kitchen.card(order.number).waitFor();
  await kitchen.page.getByRole('button', { name: 'Ajustes' }).click();
  await kitchen.page.getByRole('button', { name: 'Marcar entrada' }).click();
  const sheet = kitchen.page.getByRole('dialog', { name: 'Marcar entrada' });
  await sheet.getByRole('button', { name: /Andrés/ }).click();
  await kitchen.page.keyboard.type(STAFF.andres.pin);
  await kitchen.page.keyboard.press('Enter');
  await sheet.getByText(/^Entrada a las/).waitFor();
  expect(await violations(kitchen.page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Listo' }).click();
  await kitchen.card(order.number).waitFor();
  expect(kitchen.device.faults).toEqual([]);
  await kitchen.device.close();
});

test('the manager sees who is in, gives a stay its end with the reason, and has the hours as a file', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Personal');
  await manager.page.getByRole('button', { name: /^Camila.*Adentro desde las/ }).click();
  const sheet = manager.page.getByRole('dialog', { name: 'Camila' });
  await sheet.getByRole('button', { name: /^Corregir/ }).click();
  const correct = manager.page.getByRole('dialog', { name: 'Corregir horas' });
  const came = await correct.getByLabel('Entrada', { exact: true }).inputValue();
  await correct.getByLabel('Salida', { exact: true }).fill(came.replace(/T.*/, 'T00:00'));
  await correct.getByRole('button', { name: 'La hora no era esa' }).click();
  await correct.getByRole('button', { name: 'Guardar' }).click();
  await correct.getByText('Revisa las horas').waitFor();
  expect(await violations(manager.page)).toEqual([]);
  // A minute later than now is not yet; what is said is the minute she came in.
  await correct.getByLabel('Entrada', { exact: true }).fill(earlier(came, 90));
  await correct.getByLabel('Salida', { exact: true }).fill(came);
  await correct.getByRole('button', { name: 'Guardar' }).click();
  await sheet.getByText(/Corregida por Doña Marta: La hora no era esa/).waitFor();
  await sheet.getByText('1 h 30 min').first().waitFor();
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.keyboard.press('Escape');
  const download = manager.page.waitForEvent('download');
  await manager.page.getByRole('link', { name: 'Horas en CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^horas-.*\.csv$/);
  await manager.goTo('Auditoría');
  await manager.page.getByText('Horas corregidas').first().waitFor();
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

/** A local time so many minutes before. */
function earlier(local: string, minutes: number): string {
  return new Date(Date.parse(`${local}Z`) - minutes * 60_000).toISOString().slice(0, 16);
}
