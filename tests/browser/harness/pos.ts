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
    return PointOfSale.entered(device);
  }

  /** Where somebody has logged in already. */
  static async entered(device: Device): Promise<PointOfSale> {
    const pos = new PointOfSale(device);
    await pos.tile('Perro caliente').waitFor();
    return pos;
  }

  tile(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name: new RegExp(`^${name}`) }).first();
  }

  /** A line of the order that is being taken. */
  line(name: string): Locator {
    return this.page.getByRole('complementary').getByRole('listitem').filter({ hasText: name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  /** The sheet that asks something. */
  sheet(): Locator {
    return this.page.getByRole('dialog');
  }

  /** One of the choices of the sheet. */
  async choose(name: string): Promise<void> {
    const choice = { name: new RegExp(`^${name}`, 'i') };
    await this.touch(this.sheet().getByRole('radio', choice).or(this.sheet().getByRole('checkbox', choice)).first());
  }

  /** «Agregar», where it always is. */
  async add(): Promise<void> {
    await this.touch(this.sheet().getByRole('button', { name: /^Agregar por/ }));
  }

  /** The open orders, with this one opened. */
  async openOrder(number: string): Promise<Locator> {
    await this.touch(this.button(/^\d+ abiertos?: ver/));
    await this.touch(this.button(new RegExp(number)));
    const order = this.page.getByRole('article', { name: `Pedido ${number}` });
    await order.waitFor();
    return order;
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

  /** What the guest gets back, as the pane and then the screen behind it show it. */
  change(amount: string): Locator {
    return this.page.getByRole('status').filter({ hasText: 'Cambio' }).getByText(amount, { exact: true });
  }

  /** The money is taken: the pane shows the change before the branch has answered, and goes when it has. */
  async gives(amount: string): Promise<void> {
    await this.change(amount).waitFor();
    await this.sheet().waitFor({ state: 'detached' });
    await this.change(amount).waitFor();
  }

  async send(): Promise<void> {
    await this.touch(this.button('Enviar'));
  }

  /** The number the box gave, once the screen shows it. */
  async sentNumber(): Promise<string> {
    const said = this.page.getByRole('status').filter({ hasText: /[LMD]-\d{4,}\s*enviado/ }).first();
    await said.waitFor();
    return /[LMD]-\d{4,}/.exec(await said.innerText())?.[0] ?? '';
  }

  /** The count of open orders in the header. */
  async showsOpen(count: number): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${count} abiertos?: ver`) }).waitFor();
  }
}
