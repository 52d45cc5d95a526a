/** What a manager sets is how the till asks: the tip, the rounding of cash, and the code a guest pays by. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch } from '../harness/branch.ts';
import { type Device, Devices, SIZES } from '../harness/chromium.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

/** A static key of the Colombian profile, with its check sum. */
const KEY = '00020101021126320014CO.COM.RBM.LLA0410@comanda0149250014CO.COM.RBM.RED0103RBM5204581253031705802CO5909LA PRUEBA6006BOGOTA61061101116213070300008020080270016CO.COM.RBM.CANAL0103POS90300016CO.COM.RBM.TRXID010600000091860014CO.COM.RBM.SEC0164bda18fd140a132280b03a4d76b9be2caa85902ea6f34faa9c1608c7e7ae0dc9b63042C5E';

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

async function device(): Promise<Device> {
  const one = await devices.device(SIZES.tablet);
  open.push(one);
  return one;
}

test('a code that was copied wrong is refused, the right one is shown at the till with the amount beside it', async () => {
  const manager = await Manager.open(await device(), branch);
  await manager.goTo('Ajustes');
  const nequi = manager.page.getByRole('article', { name: 'Nequi' });
  await nequi.getByLabel('Texto del código').fill(KEY.replace('2C5E', '2C5F'));
  await nequi.getByRole('button', { name: 'Guardar' }).click();
  await nequi.getByText('cópielo completo').waitFor();
  expect(await violations(manager.page)).toEqual([]);
  await nequi.getByLabel('Texto del código').fill(KEY);
  await nequi.getByRole('button', { name: 'Guardar' }).click();
  await nequi.getByRole('img', { name: 'Código QR de Nequi' }).waitFor();
  expect(await violations(manager.page)).toEqual([]);

  const pos = await PointOfSale.open(await device(), branch);
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  const pane = pos.page.getByRole('dialog', { name: 'Cobrar' });
  await pane.getByRole('button', { name: 'Nequi' }).click();
  await pane.getByRole('img', { name: /Nequi/ }).waitFor();
  await expect.poll(() => pane.getByText('$ 12.000').count()).toBeGreaterThan(0);
  expect(await violations(pos.page)).toEqual([]);
});

test('the tip that is set is proposed, and «Sin propina» is as large', async () => {
  const manager = await Manager.open(await device(), branch);
  await manager.goTo('Ajustes');
  await manager.page.getByRole('radio', { name: '8 %' }).click();
  const pos = await PointOfSale.open(await device(), branch);
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  const pane = pos.page.getByRole('dialog', { name: 'Cobrar' });
  const sizes = await Promise.all([/^8 %/, 'Sin propina'].map(async (name) => (await pane.getByRole('button', { name }).boundingBox())));
  expect(sizes[0]?.width).toBeCloseTo(sizes[1]?.width ?? 0, 0);
  expect(sizes[0]?.height).toBe(sizes[1]?.height);
});

test('cash is rounded in sight, in a line of its own', async () => {
  const manager = await Manager.open(await device(), branch);
  await manager.goTo('Ajustes');
  await manager.page.getByRole('group', { name: 'Redondeo del efectivo' }).or(manager.page.getByRole('radiogroup', { name: 'Redondeo del efectivo' })).first().getByRole('radio', { name: '$ 100' }).click();
  const pos = await PointOfSale.open(await device(), branch);
  await pos.tap('Perro caliente');
  await pos.button('Cobrar').click();
  const pane = pos.page.getByRole('dialog', { name: 'Cobrar' });
  await pane.getByRole('button', { name: 'Abrir turno' }).click();
  const float = pos.page.getByRole('dialog', { name: '¿Con cuánto empieza el cajón?' });
  await float.getByRole('button', { name: '0', exact: true }).click();
  await float.getByRole('button', { name: 'Abrir turno' }).click();
  // 12.000 and a tip of 30 come to 12.000 in cash.
  await pane.getByRole('button', { name: 'Otra', exact: true }).click();
  const tip = pos.page.getByRole('dialog', { name: 'Propina voluntaria' });
  for (const key of ['3', '0']) await tip.getByRole('button', { name: key, exact: true }).click();
  await tip.getByRole('button', { name: 'Listo' }).click();
  await pane.getByText('Redondeo en efectivo').waitFor();
  expect(await violations(pos.page)).toEqual([]);
  await pane.getByRole('button', { name: 'Exacto' }).click();
  await pane.getByRole('button', { name: 'Listo' }).click();
  await pos.gives('$ 0');
  const { items } = await branch.api<{ items: { due: number; payments: { method: string; amount: number }[] }[] }>('GET', 'orders?limit=1');
  expect([items[0]?.due, items[0]?.payments.map(({ method, amount }) => [method, amount])]).toEqual([0, [['rounding', 3_000], ['cash', 1_200_000]]]);
});
