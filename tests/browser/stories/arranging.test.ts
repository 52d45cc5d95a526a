/** The manager arranges what belongs to the house: printers, and what stands on its papers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('a printer is set up otherwise, and one that is not wanted is taken away', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Impresoras');
  const card = (name: string) => manager.page.getByRole('listitem').filter({ has: manager.page.getByRole('heading', { name, exact: true }) });
  await card('impresora-bar').getByRole('button', { name: 'Cambiar' }).click();
  const sheet = manager.page.getByRole('dialog');
  await sheet.getByLabel('Nombre').fill('impresora-grill');
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await sheet.getByText('Ese nombre ya está en uso.').waitFor();
  expect(await violations(manager.page)).toEqual([]);
  await sheet.getByLabel('Nombre').fill('Barra fría');
  await sheet.getByRole('button', { name: 'Pita con cada tiquete' }).click();
  await sheet.getByRole('radio', { name: '58 mm' }).click();
  await sheet.getByRole('button', { name: 'Guardar' }).click();
  await card('Barra fría').waitFor();

  await card('Barra fría').getByRole('button', { name: 'Cambiar' }).click();
  await expect.poll(() => sheet.getByRole('radio', { name: '58 mm' }).getAttribute('aria-checked')).toBe('true');
  const away = sheet.getByRole('button', { name: 'Quitar' });
  await away.hover();
  await manager.page.mouse.down();
  await card('Barra fría').waitFor({ state: 'detached' });
  await manager.page.mouse.up();
  expect(manager.device.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  await manager.device.close();
});

test('printers are looked for, and that none was found is said', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Impresoras');
  await manager.page.getByRole('button', { name: 'Buscar impresoras' }).click();
  const sheet = manager.page.getByRole('dialog');
  await sheet.getByText(/No se encontró ninguna impresora nueva|Imprime el número de cada una/).waitFor({ timeout: 60_000 });
  expect(await violations(manager.page)).toEqual([]);
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('what stands on a ticket is arranged with its picture in sight, and what does not fit is said', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Papeles');
  const picture = manager.page.getByRole('img', { name: 'Así sale de la impresora' });
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(300);
  const before = await picture.getAttribute('src');
  await manager.page.getByRole('button', { name: '+ Texto' }).click();
  const words = manager.page.getByRole('textbox', { name: 'Texto' });
  await words.fill('Lavarse las manos');
  await expect.poll(() => picture.getAttribute('src')).not.toBe(before);
  await manager.page.getByRole('button', { name: 'Subir Texto' }).click();
  expect(await violations(manager.page)).toEqual([]);

  await words.fill('x'.repeat(60));
  await manager.page.getByText(/Una palabra no cabe/).waitFor();
  await expect.poll(() => manager.page.getByRole('button', { name: 'Guardar' }).isDisabled()).toBe(true);
  await words.fill('Lavarse las manos');
  await manager.page.getByText(/Una palabra no cabe/).waitFor({ state: 'detached' });
  await manager.page.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: 'Guardado' }).waitFor();
  await manager.page.getByRole('radio', { name: 'Recibo' }).click();
  await manager.page.getByText('Resolución').waitFor();
  await manager.page.reload();
  await manager.page.getByRole('textbox', { name: 'Texto' }).waitFor();
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('the slip of a delivery and the order whole are arranged as the others are, each with its own picture', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Papeles');
  const picture = manager.page.getByRole('img', { name: 'Así sale de la impresora' });
  const shown = () => picture.getAttribute('src');
  await picture.waitFor();
  const seen = new Set([await shown()]);
  for (const [kind, part] of [['Pedido completo', 'Cuántos en total y quién tomó el pedido'], ['Domicilio', 'Cobrar o pagado']] as const) {
    await manager.page.getByRole('radio', { name: kind }).click();
    await manager.page.getByText(part).waitFor();
    await expect.poll(async () => seen.has(await shown())).toBe(false);
    seen.add(await shown());
    expect(await violations(manager.page)).toEqual([]);
  }
  // A rider without an address is sent nowhere: that part cannot be taken off.
  await expect.poll(() => manager.page.getByRole('button', { name: 'Quitar Cliente y notas' }).isDisabled()).toBe(true);
  await manager.page.getByRole('button', { name: '+ Texto' }).click();
  await manager.page.getByRole('textbox', { name: 'Texto' }).fill('No olvide las salsas');
  await expect.poll(async () => seen.has(await shown())).toBe(false);
  await manager.page.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: 'Guardado' }).waitFor();
  await manager.page.reload();
  await manager.page.getByRole('radio', { name: 'Domicilio' }).click();
  await expect.poll(() => manager.page.getByRole('textbox', { name: 'Texto' }).inputValue()).toBe('No olvide las salsas');
  expect(manager.device.faults).toEqual([]);
  await manager.device.close();
});

test('a receipt gets the house\'s logo and a code, in sight before it is used', async () => {
  const manager = await Manager.open(await devices.device(SIZES.tablet), branch);
  await manager.goTo('Papeles');
  await manager.page.getByRole('radio', { name: 'Recibo' }).click();
  const picture = manager.page.getByRole('img', { name: 'Así sale de la impresora' });
  await picture.waitFor();
  const height = () => picture.evaluate((image: HTMLImageElement) => image.naturalHeight);
  await expect.poll(height).toBeGreaterThan(300);
  const plain = await height();
  await manager.page.getByRole('button', { name: '+ Código QR' }).click();
  await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(plain + 80);
  const coded = await height();
  const logo = Buffer.from(await manager.page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 200, height: 100 });
    const ink = canvas.getContext('2d');
    ink?.fillRect(20, 20, 160, 60);
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  }), 'base64');
  await manager.page.getByLabel('+ Logo').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: logo });
  await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(coded + 100);
  expect(await violations(manager.page)).toEqual([]);
  await manager.page.getByLabel('Cambiar el logo').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('GIF89a') });
  await manager.page.getByText('Esa imagen no sirve').waitFor();
  await manager.page.getByRole('button', { name: 'Guardar' }).click();
  await manager.page.getByRole('button', { name: 'Guardado' }).waitFor();
  await manager.device.close();
});
