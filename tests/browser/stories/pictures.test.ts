/** What products look like: a photo from the manager's tablet is on the tile of the till, and moves no other. */
import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
const open: Device[] = [];

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
afterEach(async () => {
  for (const device of open.splice(0)) {
    expect(device.faults).toEqual([]);
    await device.close();
  }
});

async function device(size: (typeof SIZES)[keyof typeof SIZES] = SIZES.tablet): Promise<Device> {
  const one = await devices.device(size);
  open.push(one);
  return one;
}

async function look(of: Manager | PointOfSale, name: string): Promise<void> {
  const folder = process.env.COMANDA_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await of.page.screenshot({ path: `${folder}/${name}.png` });
}

/** A photo as a telephone makes it, drawn by the page. */
async function photo({ page }: Manager, width: number, height: number): Promise<Buffer> {
  const data = await page.evaluate(([width, height]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const plate = canvas.getContext('2d');
    if (plate === null) return '';
    plate.fillStyle = '#c8a26a';
    plate.fillRect(0, 0, width, height);
    plate.fillStyle = '#8a2f1b';
    plate.arc(width / 2, height / 2, height / 3, 0, 7);
    plate.fill();
    return canvas.toDataURL('image/jpeg', 0.9);
  }, [width, height] as const);
  return Buffer.from(data.split(',')[1] ?? '', 'base64');
}

const sheet = (manager: Manager) => manager.page.getByRole('dialog');

async function openProduct(manager: Manager, category: RegExp, product: RegExp): Promise<void> {
  await manager.goTo('Menú');
  await manager.page.getByRole('navigation', { name: 'Categorías' }).getByRole('button', { name: category }).click();
  await manager.page.getByRole('button', { name: product }).click();
}

async function choose(manager: Manager, buffer: Buffer, name = 'perro.jpg'): Promise<void> {
  await sheet(manager).locator('input[data-photo]').setInputFiles({ name, mimeType: 'image/jpeg', buffer });
}

const tile = (pos: PointOfSale, name: RegExp) => pos.page.getByRole('main').getByRole('button', { name }).first();

test('a photo of a product is on its tile at every till, and the tile is where and as large as it was', async () => {
  const pos = await PointOfSale.open(await device(), branch);
  const before = await tile(pos, /^Perro caliente/).boundingBox();
  const manager = await Manager.open(await device(), branch);
  await openProduct(manager, /^Perros/, /^Perro caliente/);
  await choose(manager, await photo(manager, 1600, 1200));
  await sheet(manager).getByRole('img', { name: 'Foto' }).waitFor();
  await look(manager, 'pictures-product');
  expect(await violations(manager.page)).toEqual([]);
  await sheet(manager).getByRole('button', { name: 'Guardar' }).click();
  await sheet(manager).waitFor({ state: 'detached' });

  const picture = tile(pos, /^Perro caliente/).locator('img');
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  expect(await tile(pos, /^Perro caliente/).boundingBox()).toEqual(before);
  await look(pos, 'pictures-till');
  expect(await violations(pos.page)).toEqual([]);
  await pos.tap('Perro caliente');

  const phone = await PointOfSale.open(await device(SIZES.phone), branch);
  await tile(phone, /^Perro caliente/).locator('img').waitFor();
  await look(phone, 'pictures-till-phone');
});

test('a photo of more bytes than the box takes is made smaller on the way, and what is no photo is refused in words', async () => {
  const manager = await Manager.open(await device(), branch);
  await openProduct(manager, /^Perros/, /^Perro suizo/);
  await choose(manager, Buffer.from('esto no es una foto'), 'carta.jpg');
  await sheet(manager).getByText('Esa foto no se pudo leer').waitFor();
  expect(await violations(manager.page)).toEqual([]);
  const large = Buffer.concat([await photo(manager, 3_000, 2_000), Buffer.alloc(6 * 1024 * 1024)]);
  await choose(manager, large);
  await sheet(manager).getByRole('img', { name: 'Foto' }).waitFor();
  expect(await sheet(manager).getByText('Esa foto no se pudo leer').count()).toBe(0);
  await sheet(manager).getByRole('button', { name: 'Quitar foto' }).click();
  await sheet(manager).getByText('Sin foto').waitFor();
});

test('a menu that was exported with its photos shows them at another branch', async () => {
  const manager = await Manager.open(await device(), branch);
  await openProduct(manager, /^Perros/, /^Perro hawaiano/);
  await choose(manager, await photo(manager, 800, 600));
  await sheet(manager).getByRole('img', { name: 'Foto' }).waitFor();
  await sheet(manager).getByRole('button', { name: 'Guardar' }).click();
  await sheet(manager).waitFor({ state: 'detached' });
  const [download] = await Promise.all([manager.page.waitForEvent('download'), manager.page.getByRole('button', { name: 'Exportar con fotos' }).click()]);
  const buffer = readFileSync(await download.path());

  const other = await Branch.open();
  try {
    const elsewhere = await Manager.open(await device(), other);
    await elsewhere.goTo('Menú');
    await elsewhere.page.locator('input[type=file]').setInputFiles({ name: 'menu-con-fotos.json', mimeType: 'application/json', buffer });
    await elsewhere.page.getByText('menú en uso').waitFor();
    const pos = await PointOfSale.open(await device(), other);
    await pos.category('Perros');
    const picture = tile(pos, /^Perro hawaiano/).locator('img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
  } finally {
    await other.close();
  }
});

test('a branch that wants no pictures has tiles of words', async () => {
  const manager = await Manager.open(await device(), branch);
  await manager.goTo('Ajustes');
  await manager.page.getByRole('region', { name: 'Fotos en la caja' }).getByRole('radio', { name: 'Sin fotos' }).click();
  await expect.poll(async () => (await branch.api<{ shows_pictures: boolean }>('GET', 'branch')).shows_pictures).toBe(false);
  const pos = await PointOfSale.open(await device(), branch);
  await tile(pos, /^Perro caliente/).waitFor();
  expect(await pos.page.getByRole('main').locator('img').count()).toBe(0);
});
