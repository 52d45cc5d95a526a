import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const MENU = join(ROOT, 'tests/data/esquina-menu.json');
const START_PATIENCE_MS = 30_000;

/** Who works at the branch of the tests. */
export const STAFF = {
  camila: { name: 'Camila', role: 'cashier', pin: '2580' },
  andres: { name: 'Andrés', role: 'kitchen', pin: '1470' },
  marta: { name: 'Doña Marta', role: 'admin', pin: '3690' },
} as const;

/**
 * One real branch: the daemon with a data folder of its own, La Esquina's menu, staff, and printers that print pictures.
 * `COMANDA_EDGE` names another program than the debug build.
 */
export class Branch {
  readonly address: string;
  /** Over HTTPS, with the branch's own authority. */
  readonly encrypted: string;
  /** The guests' door: the menu. */
  readonly menu: string;
  /** A cashier's bearer token, for what a test does beside the screens. */
  token = '';
  #child: ChildProcess | null = null;
  #practice: ChildProcess | null = null;

  private constructor(readonly port: number, encryptedPort: number, menuPort: number, private readonly folder: string, private readonly trust: 'paired' | 'network') {
    this.address = `http://127.0.0.1:${port}`;
    this.encrypted = `https://127.0.0.1:${encryptedPort}`;
    this.menu = `http://127.0.0.1:${menuPort}`;
  }

  /**
   * `printers` says where the printers of some stations are; the others print pictures. Whoever is on the network is answered,
   * so that a story begins where it begins, unless it is about letting screens in.
   */
  static async open(printers: Record<string, string> = {}, trust: 'paired' | 'network' = 'network'): Promise<Branch> {
    const branch = new Branch(await freePort(), await freePort(), await freePort(), mkdtempSync(join(tmpdir(), 'comanda-branch-')), trust);
    branch.command('settings', 'set', '--name', 'La Esquina', '--code', 'ESQ');
    branch.command('catalog', 'import', MENU);
    for (const station of ['grill', 'fryer', 'bar', 'packing']) {
      branch.command('printer', 'add', `impresora-${station}`, printers[station] ?? 'virtual:', '--station', station);
    }
    for (const { name, role, pin } of Object.values(STAFF)) branch.command('staff', 'add', name, '--role', role, '--pin', pin);
    branch.token = branch.command('token', 'create', '--role', 'cashier', '--name', 'pruebas').trim();
    await branch.start();
    return branch;
  }

  /** Runs the command line on this branch, and gives what it printed. */
  command(...words: string[]): string {
    return execFileSync(program(), ['--data-dir', join(this.folder, 'data'), ...words], { encoding: 'utf8' });
  }

  async start(): Promise<void> {
    const log = openSync(join(this.folder, 'daemon.log'), 'a');
    const words = ['run', '--data-dir', join(this.folder, 'data'), '--listen', `127.0.0.1:${this.port}`, '--https', new URL(this.encrypted).host, '--guests', new URL(this.menu).host, '--trust', this.trust];
    const child = spawn(program(), words, { stdio: ['ignore', log, log] });
    this.#child = child;
    const until = Date.now() + START_PATIENCE_MS;
    while (!(await answers(this.address))) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`the branch did not start:\n${this.log()}`);
      await pause(25);
    }
  }

  /** Starts a branch to learn on beside it, and says where it is. */
  async practise(): Promise<string> {
    const listen = `127.0.0.1:${await freePort()}`;
    const log = openSync(join(this.folder, 'practice.log'), 'a');
    this.#practice = spawn(program(), ['practice', '--data-dir', join(this.folder, 'data'), '--listen', listen], { stdio: ['ignore', log, log], env: { ...process.env, COMANDA_TRUST: this.trust } });
    const until = Date.now() + START_PATIENCE_MS;
    while (!(await answers(`http://${listen}`))) {
      if (this.#practice.exitCode !== null || Date.now() > until) throw new Error(readFileSync(join(this.folder, 'practice.log'), 'utf8'));
      await pause(25);
    }
    return `http://${listen}`;
  }

  /** `kill -9`, as a power cut does it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it as systemd does, and removes its data. */
  async close(): Promise<void> {
    this.#practice?.kill('SIGTERM');
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(): string {
    return readFileSync(join(this.folder, 'daemon.log'), 'utf8').slice(-4000);
  }

  /** Asks the API as a script does. */
  async api<T = unknown>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.address}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Takes an order beside the screens. */
  order(lines: [sku: string, quantity: number, ...modifiers: string[]][], more: object = {}): Promise<PlacedOrder> {
    const wanted = lines.map(([product, quantity, ...modifiers]) => ({ product, quantity, modifiers }));
    return this.api('POST', 'orders', { type: 'takeaway', lines: wanted, ...more });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** What a test needs of an order's answer. */
export interface PlacedOrder {
  id: string;
  number: string;
  status: string;
  version: number;
  total: number;
  lines: { id: string; name: string; quantity: number; stations: string[]; status: string }[];
}

/** The daemon that is tried. */
export function program(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  return process.env.COMANDA_EDGE ?? join(target, 'debug/comanda-edge');
}

async function answers(address: string): Promise<boolean> {
  return fetch(`${address}/readyz`).then((response) => response.ok, () => false);
}

/** A port of this machine that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
