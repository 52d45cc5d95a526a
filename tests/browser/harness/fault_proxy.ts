import { createServer, type Server } from 'node:http';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { freePort } from './branch.ts';

/** What becomes of a frame the box sends: which frames reach the screen instead, in which order. */
export type Conduct = (frame: string) => string[];

/** Every frame as it comes. */
export const faithful: Conduct = (frame) => [frame];

/**
 * Stands between a screen's live channel and the box and does what bad networks do: loses, doubles, reorders and truncates
 * frames, goes silent with the connection open, cuts it.
 */
export class FaultProxy {
  conduct: Conduct = faithful;
  /** Connections so far. */
  connections = 0;
  #half_open = false;
  #pairs = new Set<[WebSocket, WebSocket]>();

  private constructor(readonly address: string, private readonly server: Server, private readonly box: string, private readonly token: string) {}

  static async before(box: string, token: string): Promise<FaultProxy> {
    const port = await freePort();
    const server = createServer();
    const proxy = new FaultProxy(`ws://127.0.0.1:${port}/api/v1/live`, server, box.replace('http', 'ws'), token);
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (screen) => proxy.#pair(screen));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  /** Nothing passes any more, and nobody is told. */
  goSilent(): void {
    this.#half_open = true;
  }

  /** Frames pass again, on new connections. */
  wake(): void {
    this.#half_open = false;
  }

  /** Cuts every connection as a lost network does. */
  cut(): void {
    for (const [screen, box] of this.#pairs) {
      screen.terminate();
      box.terminate();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #pair(screen: WebSocket): void {
    this.connections += 1;
    const box = new WebSocket(`${this.box}/api/v1/live`, { headers: { authorization: `Bearer ${this.token}` } });
    const pair: [WebSocket, WebSocket] = [screen, box];
    this.#pairs.add(pair);
    const early: RawData[] = [];
    box.on('open', () => early.splice(0).forEach((frame) => box.send(String(frame))));
    screen.on('message', (frame) => {
      if (this.#half_open) return;
      if (box.readyState === WebSocket.OPEN) box.send(String(frame));
      else early.push(frame);
    });
    box.on('message', (frame) => {
      if (this.#half_open) return;
      for (const passed of this.conduct(String(frame))) screen.send(passed);
    });
    box.on('close', (code) => (this.#half_open ? undefined : screen.close(code >= 4000 || code === 1012 ? code : 1011)));
    screen.on('close', () => box.terminate());
    box.on('error', () => screen.terminate());
    screen.on('error', () => box.terminate());
    screen.on('close', () => this.#pairs.delete(pair));
  }
}
