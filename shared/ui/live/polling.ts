/**
 * A socket that is none: what a WebSocket would have brought, asked for again and again over plain requests, for networks that
 * let no WebSocket through. Whoever uses it says the same and hears the same.
 */
import type { Hello } from './protocol.ts';
import type { Socket } from './surroundings.ts';

/** Between two requests, so that a busy branch is asked a few times a second and not as often as it can answer. */
const PAUSE_MS = 250;
const CLOSED_ABNORMALLY = 1006;

interface Frame { type: string; sequence: number; journal_id?: string }

export class PollSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  #path: string;
  #hello: Hello | null = null;
  #painted = 0;
  /** Asks for the last hello; another one, or the end, calls it off. */
  #asking: AbortController | null = null;

  constructor(path: string) {
    this.#path = path;
    setTimeout(() => this.onopen?.());
  }

  send(text: string): void {
    const said = JSON.parse(text) as Hello | { type: 'painted'; cursor: number };
    if (said.type === 'painted') {
      this.#painted = said.cursor;
      return;
    }
    this.#hello = said;
    this.close();
    this.#asking = new AbortController();
    void this.#ask(this.#asking.signal);
  }

  close(): void {
    this.#asking?.abort();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const response = await fetch(this.#address(), { signal });
        if (!response.ok) return this.onclose?.({ code: response.status === 401 || response.status === 403 ? 4000 + response.status : CLOSED_ABNORMALLY });
        const { frames } = (await response.json()) as { frames: Frame[] };
        if (signal.aborted) return;
        this.#hear(frames);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } catch {
      if (!signal.aborted) this.onclose?.({ code: CLOSED_ABNORMALLY });
    }
  }

  /** The next request goes on from here. */
  #hear(frames: Frame[]): void {
    const hello = this.#hello;
    for (const frame of frames) {
      if (hello !== null && frame.journal_id !== undefined) hello.journal_id = frame.journal_id;
      if (hello !== null && frame.type === 'beat') hello.last_sequence = frame.sequence;
    }
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  #address(): string {
    const { scopes = [], journal_id: journal, last_sequence: sequence, screen = '', ui_version: version = '' } = this.#hello ?? {};
    const asked = new URLSearchParams(scopes.map((scope) => ['scope', scope]));
    if (journal != null && sequence != null) {
      asked.set('journal_id', journal);
      asked.set('last_sequence', String(sequence));
    }
    asked.set('screen', screen);
    asked.set('ui_version', version);
    if (this.#painted > 0) asked.set('painted', String(this.#painted));
    return `${this.#path}/poll?${asked.toString()}`;
  }
}
