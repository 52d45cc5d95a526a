import type { Locator, Page } from 'playwright-core';
import type { Branch } from './branch.ts';
import { STAFF } from './branch.ts';
import type { Device } from './chromium.ts';
import { logIn } from './log_in.ts';

/** A kitchen screen, touched as a cook touches it. */
export class Kitchen {
  readonly page: Page;

  private constructor(readonly device: Device) {
    this.page = device.page;
  }

  /** Opens the screen of these stations (their keys, or `all`), with Andrés logged in. */
  static async open(device: Device, branch: Branch, stations = 'all'): Promise<Kitchen> {
    await device.visit(branch, `/kitchen?stations=${stations}`);
    await logIn(device.page, STAFF.andres);
    const kitchen = new Kitchen(device);
    await kitchen.page.getByRole('button', { name: 'Totales' }).waitFor();
    return kitchen;
  }

  /** The card of an order, or of the first part of a long one. */
  card(number: string): Locator {
    return this.page.getByRole('article', { name: `Pedido ${number}`, exact: true }).first();
  }

  cards(): Locator {
    return this.page.getByRole('article');
  }

  line(number: string, name: string): Locator {
    return this.card(number).getByRole('button', { name: new RegExp(name) });
  }

  /** Holds a finger on a line until something opens. */
  async hold(number: string, name: string): Promise<void> {
    const box = await this.line(number, name).boundingBox();
    if (box === null) throw new Error(`${name} is not to be seen`);
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.page.mouse.down();
    await this.page.getByRole('dialog').waitFor();
    await this.page.mouse.up();
  }

  /** The key of the slot the card stands in. */
  slotOf(number: string): Promise<string> {
    return this.card(number).locator('kbd').first().innerText();
  }

  /** One tap on the header. */
  async bump(number: string): Promise<void> {
    await this.card(number).getByRole('button', { name: new RegExp(`^Listo: pedido ${number}`) }).click();
  }

  async isGone(number: string): Promise<void> {
    await this.card(number).waitFor({ state: 'detached' });
  }
}
