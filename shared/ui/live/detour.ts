/** A way round that is fetched only when it is needed: nearly no page ever does. */
import type { Socket } from './surroundings.ts';

const CLOSED_ABNORMALLY = 1006;

export class Detour implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  #taken: Socket | null = null;
  #isClosed = false;

  constructor(fetched: Promise<Socket>) {
    fetched.then((socket) => {
      if (this.#isClosed) return socket.close();
      this.#taken = socket;
      socket.onopen = () => this.onopen?.();
      socket.onmessage = (event) => this.onmessage?.(event);
      socket.onclose = (event) => this.onclose?.(event);
    }, () => this.onclose?.({ code: CLOSED_ABNORMALLY }));
  }

  send(text: string): void {
    this.#taken?.send(text);
  }

  close(): void {
    this.#isClosed = true;
    this.#taken?.close();
  }
}
