/** The one thing that was just said. */
export interface Said { words: string; action?: { name: string; do: () => void } }

const STAYS_MS = 5_000;

class Toasts {
  said = $state.raw<Said | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(words: string, action?: Said['action']): void {
    clearTimeout(this.#timer);
    this.said = action === undefined ? { words } : { words, action: { name: action.name, do: () => { this.clear(); action.do(); } } };
    this.#timer = setTimeout(() => this.clear(), STAYS_MS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.said = null;
  }
}

export const toasts = new Toasts();
