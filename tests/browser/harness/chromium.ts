import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import type { Branch } from './branch.ts';

const EXECUTABLE = process.env.COMANDA_CHROMIUM ?? '/usr/bin/chromium';
/** Nothing leaves for elsewhere, and letters look the same on every machine. */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none',
];

export type Size = { width: number; height: number };
/** The sizes that every screen is looked at in. */
export const SIZES = {
  tablet: { width: 1280, height: 800 },
  television: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const satisfies Record<string, Size>;

/** One browser, in which each device is a context of its own: its cookies, its storage, its network. */
export class Devices {
  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<Devices> {
    return new Devices(await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true }));
  }

  /** A device of this size, as it is taken out of its box. */
  async device(size: Size, touch = true): Promise<Device> {
    const context = await this.browser.newContext({ viewport: size, hasTouch: touch, locale: 'es-CO', timezoneId: 'America/Bogota' });
    const page = await context.newPage();
    return new Device(context, page, await context.newCDPSession(page));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** A tablet, a television, a phone: one page, and what went wrong in it. */
export class Device {
  /** Errors of the page, what its own rules kept it from showing, and requests that were for another host; a test expects none. */
  readonly faults: string[] = [];

  constructor(readonly context: BrowserContext, readonly page: Page, readonly debugging: CDPSession) {
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (said) => { if (said.text().includes('Content Security Policy')) this.faults.push(said.text()); });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') this.faults.push(`asked ${request.url()}`);
    });
  }

  async visit(branch: Branch, path: string): Promise<void> {
    await this.page.goto(branch.address + path);
  }

  /** As fast as a cheap tablet: `rate` times slower than this machine. */
  async slowDown(rate: number): Promise<void> {
    await this.debugging.send('Emulation.setCPUThrottlingRate', { rate });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
