/**
 * `make pictures`: the pictures of README and `docs/pictures`, of the real screens in a rush that has gone on for some minutes,
 * so that ages, totals and the list of the last are what they are. `COMANDA_PICTURES_MINUTES` (8) says how many.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'vitest';
import { Branch, pause, program } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { PointOfSale } from '../harness/pos.ts';

const FOLDER = resolve(import.meta.dirname, '../../../docs/pictures');
const MINUTES = Number(process.env.COMANDA_PICTURES_MINUTES ?? '8');
const QUALITY = 82;

/** As WebP, which the browser itself can write. */
async function take({ page, debugging }: Device, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await pause(300);
  const { data } = await debugging.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
}

test('the screens in a rush', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
  const guests = spawn(join(dirname(program()), 'rush'), ['--address', `127.0.0.1:${branch.port}`, '--rate', '9', '--seed', '7'], {
    env: { ...process.env, COMANDA_TOKEN: branch.token },
    stdio: 'ignore',
  });
  try {
    await pause(MINUTES * 60_000);
    for (const [size, what] of Object.entries(SIZES)) {
      const device = await devices.device(what);
      await device.visit(branch, '/');
      await device.page.getByRole('link', { name: /Caja/ }).waitFor();
      await take(device, `start-${size}`);

      const pos = await PointOfSale.open(device, branch);
      await pos.tap('Perro caliente');
      await pos.tap('Perro caliente');
      await pos.tap('Salchipapa especial');
      await take(device, `pos-${size}`);
      if (size === 'tablet') await choicesAndOrders(pos);
      await device.close();

      const kitchen = await Kitchen.open(await devices.device(what), branch);
      await kitchen.cards().first().waitFor();
      await pause(1_000);
      await take(kitchen.device, `kitchen-${size}`);
      if (size === 'television') {
        guests.kill();
        await branch.kill();
        await kitchen.page.getByText('SIN CONEXIÓN').first().waitFor({ timeout: 30_000 });
        await pause(8_000);
        await take(kitchen.device, 'kitchen-stale');
        await branch.start();
      }
      await kitchen.device.close();
    }
  } finally {
    guests.kill();
    await devices.close();
    await branch.close();
  }
}, MINUTES * 60_000 + 240_000);

async function choicesAndOrders(pos: PointOfSale): Promise<void> {
  await pos.tap('Hamburguesa sencilla');
  await pos.sheet().waitFor();
  await take(pos.device, 'pos-choices');
  await pos.page.keyboard.press('Escape');
  await pos.button(/^\d+ abiertos?: ver/).click();
  await pos.page.getByRole('button', { name: /[LMD]-\d{4}/ }).first().click();
  await pos.page.getByRole('article', { name: /^Pedido/ }).waitFor();
  await take(pos.device, 'pos-orders');
}
