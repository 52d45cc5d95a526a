/** The API's document in a browser: everything of it is the branch's own, and what one tries out is done as oneself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Branch, STAFF } from '../harness/branch.ts';
import { Devices, SIZES } from '../harness/chromium.ts';
import { PointOfSale } from '../harness/pos.ts';

let branch: Branch;
let devices: Devices;

beforeAll(async () => {
  [branch, devices] = await Promise.all([Branch.open(), Devices.open()]);
});
afterAll(async () => {
  await devices.close();
  await branch.close();
});

test('who logged in at the till tries a question out and is answered', async () => {
  const device = await devices.device(SIZES.television, false);
  const { page } = device;
  await PointOfSale.open(device, branch);
  const refused: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') refused.push(message.text()); });
  await device.visit(branch, '/api/v1/docs');
  const question = page.locator('#operations-staff-who_am_i');
  // Of a document this long, what is far from the screen is not drawn: one scrolls there.
  await page.locator('.opblock').first().waitFor();
  await page.mouse.move(900, 500);
  await expect.poll(async () => {
    if (await question.count() === 0) await page.mouse.wheel(0, 600);
    return question.count();
  }, { timeout: 20_000, interval: 100 }).toBe(1);
  await question.getByText('Shows who is asking.').click();
  await question.getByRole('button', { name: 'Try it out' }).click();
  await question.getByRole('button', { name: 'Execute' }).click();
  const answer = question.locator('.live-responses-table .response');
  await answer.getByText(`"${STAFF.camila.name}"`).waitFor();
  expect(await answer.locator('.response-col_status').first().textContent()).toContain('200');
  expect(refused).toEqual([]);
  expect(device.faults).toEqual([]);
  await device.close();
});
