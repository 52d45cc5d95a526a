import type { Locator, Page } from 'playwright-core';
import { type Branch, STAFF } from './branch.ts';
import type { Device } from './chromium.ts';
import { logIn } from './log_in.ts';

/** The point of sale, touched as a cashier touches it; every touch is counted. */
export class PointOfSale {
  readonly page: Page;
  taps = 0;

  private constructor(readonly device: Device) {
    this.page = device.page;
  }

  /** Opens the point of sale with Camila logged in. */
  static async open(device: Device, branch: Branch): Promise<PointOfSale> {
    await device.visit(branch, '/pos');
    await logIn(device.page, STAFF.camila);
    const pos = new PointOfSale(device);
    await pos.tile('Perro caliente').waitFor();
    return pos;
  }

  tile(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name: new RegExp(`^${name}`) }).first();
  }

  line(name: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: name });
  }

  async touch(what: Locator): Promise<void> {
    this.taps += 1;
    await what.click();
  }

  async tap(product: string): Promise<void> {
    await this.touch(this.tile(product));
  }

  async category(name: string): Promise<void> {
    await this.touch(this.page.getByRole('navigation').getByRole('button', { name, exact: true }));
  }

  async send(): Promise<void> {
    await this.touch(this.page.getByRole('button', { name: 'Enviar', exact: true }));
  }

  /** The number the box gave, once the screen shows it. */
  async sentNumber(): Promise<string> {
    const said = this.page.getByText(/[LMD]-\d{4,} enviado/).first();
    await said.waitFor();
    return /[LMD]-\d{4,}/.exec(await said.innerText())?.[0] ?? '';
  }

  /** The count of open orders in the header. */
  async showsOpen(count: number): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${count} abiertos?`) }).waitFor();
  }
}
