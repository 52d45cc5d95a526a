import type { Locator, Page } from 'playwright-core';
import { type Branch, STAFF } from './branch.ts';
import type { Device } from './chromium.ts';
import { logIn } from './log_in.ts';

/** The pickup board, as whoever waits reads it. */
export class PickupBoard {
  readonly page: Page;

  private constructor(readonly device: Device) {
    this.page = device.page;
  }

  /** Opens the board with Andrés logged in. */
  static async open(device: Device, branch: Branch, search = ''): Promise<PickupBoard> {
    await device.visit(branch, `/board${search}`);
    await logIn(device.page, STAFF.andres);
    const board = new PickupBoard(device);
    await board.side('Listos').waitFor();
    return board;
  }

  side(name: 'Preparando' | 'Listos'): Locator {
    return this.page.getByRole('region', { name });
  }

  /** The numbers on a side, as they stand. */
  numbers(name: 'Preparando' | 'Listos'): Promise<string[]> {
    return this.side(name).getByRole('listitem').allInnerTexts();
  }
}
