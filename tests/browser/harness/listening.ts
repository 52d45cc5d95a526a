import { WebSocket } from 'ws';
import { connect } from '../../../shared/ui/live/connection.ts';
import type { Health, LiveConnection, LiveView } from '../../../shared/ui/live/live.ts';
import type { Socket } from '../../../shared/ui/live/surroundings.ts';
import { pause } from './branch.ts';

/** The live client of the screens, here without a browser: what it was told is what it shows. */
export class Listening {
  /** Every view shown, by scope, name and id. */
  readonly shown = new Map<string, unknown>();
  health: Health = { kind: 'connecting' };
  snapshots = 0;
  private readonly connection: LiveConnection;

  constructor(address: string, scopes: string[]) {
    this.connection = connect({ screen: 'kitchen', scopes, uiVersion: 'test' }, {
      snapshot: (views) => {
        this.snapshots += 1;
        this.shown.clear();
        views.forEach((view) => this.#show(view));
      },
      views: (views) => views.forEach((view) => this.#show(view)),
      health: (health) => (this.health = health),
    }, {
      now: () => Date.now(),
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
      frame: (call) => void setTimeout(call, 4),
      random: () => Math.random(),
      socket: () => socket(address),
      detour: () => socket(address),
      fetchDetours: () => {},
      onWake: () => () => {},
      whyRefused: () => Promise.resolve(null),
    });
  }

  /** The views of one name in one scope, by id. */
  of(scope: string, name: string): Map<string, unknown> {
    const start = `${scope} ${name} `;
    const found = [...this.shown].filter(([key]) => key.startsWith(start));
    return new Map(found.map(([key, view]) => [key.slice(start.length), view]));
  }

  async until(isTrue: (listening: Listening) => boolean, patience = 30_000): Promise<void> {
    const end = Date.now() + patience;
    while (!isTrue(this)) {
      if (Date.now() > end) throw new Error(`it did not come true; health ${JSON.stringify(this.health)}, ${this.shown.size} views`);
      await pause(20);
    }
  }

  close(): void {
    this.connection.close();
  }

  #show({ scope, name, id, view }: LiveView): void {
    const key = `${scope} ${name} ${id}`;
    if (view === null) this.shown.delete(key);
    else this.shown.set(key, view);
  }
}

/** `ws` as the client knows sockets. */
function socket(address: string): Socket {
  const inner = new WebSocket(address, { handshakeTimeout: 3_000 });
  const outer: Socket = {
    onopen: null, onmessage: null, onclose: null,
    send: (text) => inner.send(text),
    close: () => inner.close(),
  };
  inner.on('open', () => outer.onopen?.());
  inner.on('message', (data) => outer.onmessage?.({ data: String(data) }));
  inner.on('close', (code) => outer.onclose?.({ code }));
  // A close follows every error, and says as much as the client wants to know.
  inner.on('error', () => {});
  return outer;
}
