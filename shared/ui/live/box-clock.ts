/**
 * The box's clock, by the offset that beats show. A stamp is late by the time it travelled, never early, so the
 * largest of the last offsets is the nearest to the truth; one that is far off means that a clock was set.
 */
const REMEMBERED = 6;
const CLOCK_WAS_SET_MS = 2_000;

export class BoxClock {
  #offsets: number[] = [];
  #here: () => number;

  constructor(here: () => number) {
    this.#here = here;
  }

  /** The box said that it is `stamp`, RFC 3339. */
  hear(stamp: string): void {
    const offset = Date.parse(stamp) - this.#here();
    if (Number.isNaN(offset)) return;
    if (Math.abs(offset - this.#offset) > CLOCK_WAS_SET_MS) this.#offsets = [];
    this.#offsets = [...this.#offsets, offset].slice(-REMEMBERED);
  }

  /** In milliseconds since 1970. */
  now(): number {
    return this.#here() + this.#offset;
  }

  get #offset(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }
}
