/** The menu as the box last told it. It is asked for again now and then, so that what runs out shows while somebody reads. */
import type { Menu } from '$ui/api/types.ts';

const AGAIN_MS = 30_000;
const DEADLINE_MS = 8_000;

export class GuestMenu {
  menu = $state.raw<Menu | null>(null);
  /** Whether the box did not answer when it was asked last: what is shown may be old. */
  isAway = $state(false);

  #tag = '';
  #asking: Promise<void> | null = null;

  /** Asks now, every half minute while the page is looked at, and whenever it is looked at again; until the answer is called. */
  keepAsking(): () => void {
    const ask = () => { if (document.visibilityState === 'visible') void this.ask(); };
    const timer = setInterval(ask, AGAIN_MS);
    document.addEventListener('visibilitychange', ask);
    addEventListener('online', ask);
    addEventListener('pageshow', ask);
    void this.ask();
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
      removeEventListener('online', ask);
      removeEventListener('pageshow', ask);
    };
  }

  ask(): Promise<void> {
    this.#asking ??= this.#asked().finally(() => { this.#asking = null; });
    return this.#asking;
  }

  async #asked(): Promise<void> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
    try {
      const known = this.#tag === '' ? {} : { headers: { 'if-none-match': this.#tag } };
      const answer = await fetch('/api/v1/menu', { ...known, signal: deadline.signal });
      if (answer.ok) {
        this.menu = (await answer.json()) as Menu;
        this.#tag = answer.headers.get('etag') ?? '';
      }
      this.isAway = !answer.ok && answer.status !== 304;
    } catch {
      this.isAway = true;
    } finally {
      clearTimeout(timer);
    }
  }
}
