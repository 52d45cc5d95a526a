/** How fresh what is shown is, from what was heard when. Says each change once. */
import type { Health } from './live.ts';
import type { Surroundings } from './surroundings.ts';

const NOT_WORTH_SAYING_MS = 1_000;
const STALE_MS = 12_000;

export class Staleness {
  #around: Pick<Surroundings, 'now' | 'after'>;
  #boxNow: () => number;
  #tell: (health: Health) => void;

  #told: Health = { kind: 'connecting' };
  #heardAt: number | null = null;
  /** The box's time then. */
  #newsAt = 0;
  #isConnected = false;
  #disconnectedAt = 0;
  #ended: 'session' | 'forbidden' | null = null;
  #cancel = () => {};

  constructor(around: Pick<Surroundings, 'now' | 'after'>, boxNow: () => number, tell: (health: Health) => void) {
    this.#around = around;
    this.#boxNow = boxNow;
    this.#tell = tell;
  }

  /** A frame came. Before the connection is whole again it says nothing of what is shown. */
  heard(): void {
    if (this.#isConnected) this.connected();
  }

  /** What is shown is what the box knows. */
  connected(): void {
    this.#isConnected = true;
    this.#heardAt = this.#around.now();
    this.#newsAt = this.#boxNow();
    this.look();
  }

  disconnected(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#disconnectedAt = this.#around.now();
    this.look();
  }

  ended(why: 'session' | 'forbidden'): void {
    this.#ended = why;
    this.look();
  }

  resumed(): void {
    this.#ended = null;
    this.look();
  }

  stop(): void {
    this.#cancel();
  }

  /** Says what is so now, if it was not said, and looks again when it will change by itself. */
  look(): void {
    this.#cancel();
    const health = this.#health();
    if (!isSame(health, this.#told)) {
      this.#told = health;
      this.#tell(health);
    }
    const next = this.#nextChange();
    if (next !== null) this.#cancel = this.#around.after(next, () => this.look());
  }

  #health(): Health {
    if (this.#ended !== null) return { kind: 'ended', why: this.#ended };
    if (this.#heardAt === null) return { kind: 'connecting' };
    if (this.#since(this.#heardAt) >= STALE_MS) return { kind: 'stale', newsAt: this.#newsAt };
    if (this.#isConnected || this.#since(this.#disconnectedAt) < NOT_WORTH_SAYING_MS) return { kind: 'live' };
    return { kind: 'reconnecting', newsAt: this.#newsAt };
  }

  /** In how many milliseconds the health is another if nothing is heard; null when it stays. */
  #nextChange(): number | null {
    if (this.#ended !== null || this.#heardAt === null) return null;
    const moments = [STALE_MS - this.#since(this.#heardAt)];
    if (!this.#isConnected) moments.push(NOT_WORTH_SAYING_MS - this.#since(this.#disconnectedAt));
    const coming = moments.filter((moment) => moment > 0);
    return coming.length === 0 ? null : Math.min(...coming);
  }

  #since(moment: number): number {
    return this.#around.now() - moment;
  }
}

function isSame(one: Health, other: Health): boolean {
  if (one.kind !== other.kind) return false;
  return !('newsAt' in one) || !('newsAt' in other) || one.newsAt === other.newsAt;
}
