/**
 * A socket that is none: what a WebSocket would have brought, as one answer that goes on (`text/event-stream`), for networks that
 * let no WebSocket through. What it says it says by requests. Whoever uses it says the same and hears the same.
 */
import type { Hello } from './protocol.ts';
import type { Socket } from './surroundings.ts';

const CLOSED_ABNORMALLY = 1006;
/** A page that paints says so no more often. */
const PAINTED_MS = 5_000;

export class EventSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  #path: string;
  #source: EventSource | null = null;
  #screen = '';
  #saidAt = 0;

  constructor(path: string) {
    this.#path = path;
    setTimeout(() => this.onopen?.());
  }

  send(text: string): void {
    const said = JSON.parse(text) as Hello | { type: 'painted'; cursor: number };
    if (said.type === 'painted') this.#painted(said.cursor);
    else this.#listen(said);
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
  }

  #listen(hello: Hello): void {
    this.close();
    this.#screen = hello.screen;
    const asked = new URLSearchParams(hello.scopes.map((scope) => ['scope', scope]));
    if (hello.journal_id !== null && hello.last_sequence !== null) {
      asked.set('journal_id', hello.journal_id);
      asked.set('last_sequence', String(hello.last_sequence));
    }
    asked.set('screen', hello.screen);
    asked.set('ui_version', hello.ui_version);
    const source = new EventSource(`${this.#path}/events?${asked.toString()}`);
    this.#source = source;
    source.onmessage = ({ data }) => this.onmessage?.({ data: data as unknown });
    source.addEventListener('gone', ({ data }) => this.#end(codeOf(data)));
    // It would try again by itself from where it was; the connection knows better from where.
    source.onerror = () => this.#end(CLOSED_ABNORMALLY);
  }

  #end(code: number): void {
    this.close();
    this.onclose?.({ code });
  }

  #painted(cursor: number): void {
    const now = Date.now();
    if (now - this.#saidAt < PAINTED_MS && now >= this.#saidAt) return;
    this.#saidAt = now;
    const body = JSON.stringify({ screen: this.#screen, cursor });
    // One that is lost is followed by the next.
    void fetch(`${this.#path}/painted`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => null);
  }
}

function codeOf(data: unknown): number {
  try {
    const { code } = JSON.parse(String(data)) as { code?: unknown };
    return typeof code === 'number' ? code : CLOSED_ABNORMALLY;
  } catch {
    return CLOSED_ABNORMALLY;
  }
}
