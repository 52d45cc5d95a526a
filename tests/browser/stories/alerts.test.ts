/** A printer dies in service: whoever stands at a screen reads it, one says «yo me encargo», and it ends by itself. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { Branch, freePort } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';
import { Manager } from '../harness/manager.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;
let port: number;

beforeAll(async () => {
  port = await freePort();
  [branch, devices] = await Promise.all([Branch.open({ grill: `tcp://127.0.0.1:${port}` }), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const DOWN = 'La impresora «impresora-grill» no responde.';

test('a dead printer is read on the till, in the kitchen and by the manager, until it is back', async () => {
  const [pos, kitchen, manager] = await Promise.all([
    devices.device(SIZES.tablet).then((device) => PointOfSale.open(device, branch)),
    devices.device(SIZES.television).then((device) => Kitchen.open(device, branch)),
    devices.device(SIZES.phone).then((device) => Manager.open(device, branch)),
  ]);
  await branch.order([['perro-caliente', 1]]);
  await pos.page.getByText(DOWN).waitFor({ timeout: 60_000 });
  await kitchen.page.getByRole('button', { name: DOWN }).click();
  await manager.page.getByRole('heading', { name: DOWN }).waitFor();
  for (const { page } of [pos, kitchen, manager]) expect(await violations(page)).toEqual([]);

  await manager.goTo('Impresoras');
  await manager.page.getByRole('listitem').filter({ hasText: 'impresora-grill' }).getByText('No responde').waitFor();

  // The ticket that does not come out is an alert of its own.
  await kitchen.page.getByRole('article', { name: DOWN }).getByRole('button', { name: 'Yo me encargo' }).click();
  await kitchen.page.getByRole('article', { name: DOWN }).getByText('se encarga Andrés').waitFor();
  await pos.page.getByText(DOWN).waitFor({ state: 'detached' });
  await pos.button(/^Alertas: \d/).click();
  await pos.sheet().getByRole('article', { name: DOWN }).getByText('se encarga Andrés').waitFor();
  expect(await violations(pos.page)).toEqual([]);

  const printer = await paperAt(port);
  await pos.sheet().getByText('Todo en orden').waitFor({ timeout: 90_000 });
  await manager.page.getByRole('listitem').filter({ hasText: 'impresora-grill' }).getByText('Lista', { exact: true }).waitFor();
  for (const { device } of [pos, kitchen, manager]) {
    expect(device.faults).toEqual([]);
    await device.close();
  }
  printer.close();
}, 180_000);

/** A printer that takes everything it is sent. */
async function paperAt(at: number): Promise<Server> {
  const printer = createServer((socket: Socket) => socket.resume());
  await new Promise<void>((resolve) => printer.listen(at, '127.0.0.1', resolve));
  return printer;
}
