/** A cook with wet hands: one tap a line, one an order, nothing lost by a wrong tap. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Branch, type PlacedOrder } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { Kitchen } from '../harness/kitchen.ts';

let branch: Branch;
let devices: Devices;
let kitchen: Kitchen;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});
beforeEach(async () => {
  kitchen = await Kitchen.open(await devices.device(SIZES.television), branch);
});
afterEach(async () => {
  expect(kitchen.device.faults).toEqual([]);
  await kitchen.device.close();
});

const lunch = () => branch.order([['super-perro-la-esquina', 2, 'sin-cebolla'], ['perro-caliente', 1]]);
const statusOf = async ({ id }: PlacedOrder) => (await branch.api<PlacedOrder>('GET', `orders/${id}`)).status;

test('an order stands on the screen with its lines and what is to be left out', async () => {
  const order = await lunch();
  await kitchen.card(order.number).waitFor();
  const text = await kitchen.card(order.number).innerText();
  expect(text).toMatch(/2×\s*Súper perro La Esquina/);
  expect(text).toMatch(/−\s*sin cebolla/i);
  expect(text).toContain('Perro caliente');
  expect(text).toContain('NUEVO');
});

test('one tap makes a line ready, one more takes that back', async () => {
  const order = await lunch();
  const line = kitchen.line(order.number, 'Perro caliente');
  await line.click();
  await expect.poll(() => line.getAttribute('aria-pressed')).toBe('true');
  await expect.poll(() => statusOf(order)).toBe('preparing');
  await line.click();
  await expect.poll(() => line.getAttribute('aria-pressed')).toBe('false');
});

test('one tap bumps the order, and the order is ready for the counter', async () => {
  const order = await lunch();
  await kitchen.bump(order.number);
  await kitchen.isGone(order.number);
  await expect.poll(() => statusOf(order)).toBe('ready');
});

test('a bump by mistake is undone, as the card was before', async () => {
  const order = await lunch();
  await kitchen.line(order.number, 'Perro caliente').click();
  await kitchen.bump(order.number);
  await kitchen.isGone(order.number);
  await kitchen.page.getByRole('button', { name: 'Deshacer' }).click();
  await kitchen.card(order.number).waitFor();
  expect(await kitchen.line(order.number, 'Perro caliente').getAttribute('aria-pressed')).toBe('true');
  expect(await kitchen.line(order.number, 'Súper perro').getAttribute('aria-pressed')).toBe('false');
  await expect.poll(() => statusOf(order)).toBe('preparing');
});

test('any of the last orders is called back in two taps', async () => {
  const first = await lunch();
  const second = await lunch();
  for (const { number } of [first, second]) {
    await kitchen.bump(number);
    await kitchen.isGone(number);
  }
  await kitchen.page.getByRole('button', { name: /Recuperar/ }).click();
  await kitchen.page.getByRole('button', { name: new RegExp(`Recuperar ${first.number}`) }).click();
  await kitchen.card(first.number).waitFor();
});

test('what is added to an order stands apart, under a rule', async () => {
  const order = await lunch();
  await branch.api('POST', `orders/${order.id}/lines`, { lines: [{ product: 'choriperro', quantity: 1 }] });
  await kitchen.line(order.number, 'Choriperro').waitFor();
  await expect.poll(() => kitchen.card(order.number).innerText()).toMatch(/AGREGADO\s+\d+:\d\d[^]*Choriperro/);
});

test('a line taken back is struck until a cook says that it was seen', async () => {
  const order = await lunch();
  const dog = order.lines.find(({ name }) => name === 'Perro caliente');
  await branch.api('POST', `orders/${order.id}/lines/${dog?.id}/void`, { reason: 'se arrepintió' }, { 'if-match': `"${order.version}"` });
  const struck = kitchen.card(order.number).getByRole('button', { name: /^Anulado: .*Perro caliente/ });
  await struck.click();
  await struck.waitFor({ state: 'detached' });
  await kitchen.line(order.number, 'Súper perro').waitFor();
});

test('a bump bar does it all: choose a slot, next line, bump, take back', async () => {
  for (const { number } of await branch.api<{ items: PlacedOrder[] }>('GET', 'orders?open=true&limit=200').then(({ items }) => items)) {
    if (await kitchen.card(number).isVisible()) await kitchen.bump(number);
  }
  const order = await lunch();
  await kitchen.card(order.number).waitFor();
  await expect.poll(() => kitchen.cards().count()).toBe(1);
  await kitchen.page.keyboard.press(await kitchen.slotOf(order.number));
  await kitchen.page.keyboard.press('Space');
  await expect.poll(() => kitchen.card(order.number).locator('[aria-pressed=true]').count()).toBe(1);
  await kitchen.page.keyboard.press('Enter');
  await kitchen.isGone(order.number);
  await kitchen.page.keyboard.press('Backspace');
  await kitchen.card(order.number).waitFor();
});

test('the totals fall as lines are made, and show which cards hold a product', async () => {
  const order = await branch.order([['mazorcada', 3]]);
  await kitchen.card(order.number).waitFor();
  const totals = kitchen.page.getByRole('region', { name: /Totales/ });
  if (!(await totals.isVisible())) await kitchen.page.keyboard.press('a');
  const row = totals.getByRole('button', { name: /Mazorcada/ });
  await expect.poll(() => row.innerText()).toMatch(/^3/);
  await kitchen.line(order.number, 'Mazorcada').click();
  await row.waitFor({ state: 'detached' });
});

test('two screens show the same, and what one does the other sees', async () => {
  const other = await Kitchen.open(await devices.device(SIZES.tablet), branch);
  const order = await lunch();
  await Promise.all([kitchen, other].map((screen) => screen.card(order.number).waitFor()));
  await kitchen.bump(order.number);
  await Promise.all([kitchen, other].map((screen) => screen.isGone(order.number)));
  await expect.poll(() => statusOf(order)).toBe('ready');
  await kitchen.page.getByRole('button', { name: 'Deshacer' }).click();
  await Promise.all([kitchen, other].map((screen) => screen.card(order.number).waitFor()));
  expect(other.device.faults).toEqual([]);
  await other.device.close();
});

test('a screen of one station shows what that station makes, and nothing else', async () => {
  const bar = await Kitchen.open(await devices.device(SIZES.tablet), branch, 'bar');
  const order = await branch.order([['choriperro', 1], ['limonada-de-coco', 1]]);
  await bar.line(order.number, 'Limonada').waitFor();
  await expect.poll(() => bar.card(order.number).innerText()).not.toContain('Choriperro');
  await bar.device.close();
});
