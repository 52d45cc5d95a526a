import type { Locator, Page } from 'playwright-core';
import { type Branch, STAFF } from './branch.ts';
import type { Device } from './chromium.ts';
import { logIn } from './log_in.ts';

/** The manager's screen, as Doña Marta uses it. */
export class Manager {
  readonly page: Page;

  private constructor(readonly device: Device) {
    this.page = device.page;
  }

  static async open(device: Device, branch: Branch): Promise<Manager> {
    await device.visit(branch, '/manager');
    await logIn(device.page, STAFF.marta);
    return Manager.entered(device);
  }

  /** Where somebody has logged in already. */
  static async entered(device: Device): Promise<Manager> {
    const manager = new Manager(device);
    await manager.page.getByRole('heading', { name: 'Hoy' }).waitFor();
    return manager;
  }

  async goTo(page: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: page }).click();
    await this.page.getByRole('heading', { name: page, level: 1 }).waitFor();
  }

  /** One of the figures of today. */
  figure(name: string): Locator {
    return this.page.locator('dl > div').filter({ hasText: name }).locator('dd');
  }
}
