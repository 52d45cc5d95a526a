import type { Locator, Page } from 'playwright-core';
import { type Branch, STAFF } from './branch.ts';
import type { Device } from './chromium.ts';
import { logIn } from './log_in.ts';

/** The pass, as whoever hands orders over reads it. */
export class Expo {
  readonly page: Page;

  private constructor(readonly device: Device) {
    this.page = device.page;
  }

  /** Opens the pass with Andrés logged in. */
  static async open(device: Device, branch: Branch): Promise<Expo> {
    await device.visit(branch, '/expo');
    await logIn(device.page, STAFF.andres);
    const expo = new Expo(device);
    await expo.page.getByRole('heading', { name: 'Pase' }).waitFor();
    return expo;
  }

  order(number: string): Locator {
    return this.page.getByRole('listitem', { name: `Pedido ${number}`, exact: true });
  }

  /** The called numbers, as they stand. */
  numbers(): Promise<string[]> {
    return this.page.locator('li .number').allInnerTexts();
  }
}
