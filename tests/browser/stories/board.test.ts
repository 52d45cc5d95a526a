/** Who waits at the counter reads a number, and hears when it is theirs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../harness/accessible.ts';
import { PickupBoard } from '../harness/board.ts';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

const take = () => branch.order([['perro-caliente', 1]]);
const become = ({ id }: PlacedOrder, ...steps: string[]) =>
  steps.reduce((before, status) => before.then(() => branch.api('PATCH', `orders/${id}/status`, { status }).then(() => undefined)), Promise.resolve());

test('a number stands among those being prepared, then among the ready ones, and leaves when it is handed over', async () => {
  const board = await PickupBoard.open(await devices.device(SIZES.television), branch);
  const [first, second] = [await take(), await take()];
  await expect.poll(() => board.numbers('Preparando')).toEqual([first.number, second.number]);
  await become(second, 'preparing', 'ready');
  await expect.poll(() => board.numbers('Listos')).toEqual([second.number]);
  await expect.poll(() => board.side('Listos').locator('.is-new').innerText()).toBe(second.number);
  expect(await board.numbers('Preparando')).toEqual([first.number]);
  await become(first, 'preparing', 'ready');
  await expect.poll(() => board.numbers('Listos')).toEqual([first.number, second.number]);
  const height = await board.side('Listos').getByRole('listitem').first().evaluate((number) => Number.parseFloat(getComputedStyle(number).fontSize));
  expect(height, 'read from across the room').toBeGreaterThan(90);
  await become(second, 'served');
  await expect.poll(() => board.numbers('Listos')).toEqual([first.number]);
  expect(await violations(board.page)).toEqual([]);
  expect(board.device.faults).toEqual([]);
});

test('more than fit are counted, and no name is shown', async () => {
  const board = await PickupBoard.open(await devices.device(SIZES.tablet), branch);
  for (let count = 0; count < 23; count += 1) await branch.order([['perro-caliente', 1]], { customer: { name: 'Zoraida' } });
  await expect.poll(() => board.numbers('Preparando').then((numbers) => numbers.length)).toBe(14);
  expect((await board.numbers('Preparando')).at(-1)).toMatch(/^y \d+ más$/);
  expect(await board.page.innerText('body')).not.toContain('Zoraida');
});

test('a board that loses its box says since when, and is right again after', async () => {
  const board = await PickupBoard.open(await devices.device(SIZES.television), branch);
  await branch.kill();
  await board.page.getByRole('alert').filter({ hasText: 'Sin conexión' }).waitFor({ timeout: 20_000 });
  await branch.start();
  await board.page.getByRole('alert').filter({ hasText: 'Sin conexión' }).waitFor({ state: 'detached', timeout: 20_000 });
  const order = await take();
  await become(order, 'preparing', 'ready');
  await expect.poll(() => board.numbers('Listos')).toContain(order.number);
});
