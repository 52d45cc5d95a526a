/**
 * How far each scope has been applied. A message says the sequence of the one before it in its scope (`prev`), so a
 * lost one shows at the next, and at the latest at a beat, which names the last message of every scope.
 */
import type { Beat, Message, Snapshot } from './protocol.ts';

export type Verdict = 'apply' | 'old' | 'gap';

export class Cursors {
  #mine = new Map<string, number>();

  /** Nothing is known any more of any scope. */
  forget(): void {
    this.#mine.clear();
  }

  snapshot({ scopes, sequence }: Pick<Snapshot, 'scopes' | 'sequence'>): void {
    this.forget();
    for (const scope of scopes) this.#mine.set(scope, sequence);
  }

  message({ scope, sequence, prev }: Pick<Message, 'scope' | 'sequence' | 'prev'>): Verdict {
    const mine = this.#mine.get(scope);
    if (mine === undefined || sequence <= mine) return 'old';
    if (prev > mine) return 'gap';
    this.#mine.set(scope, sequence);
    return 'apply';
  }

  /** A beat is told only after everything up to its sequence; so whatever it names that was not heard is lost. */
  beat({ sequence, last }: Pick<Beat, 'sequence' | 'last'>): 'whole' | 'gap' {
    for (const [scope, mine] of this.#mine) {
      if ((last[scope] ?? 0) > mine) return 'gap';
    }
    for (const [scope, mine] of this.#mine) this.#mine.set(scope, Math.max(mine, sequence));
    return 'whole';
  }

  /** Everything up to here was applied in every scope; null when nothing was. */
  get lowest(): number | null {
    return this.#mine.size === 0 ? null : Math.min(...this.#mine.values());
  }
}
