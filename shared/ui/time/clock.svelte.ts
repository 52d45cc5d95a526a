/**
 * One clock for a whole screen, in whole seconds of the box's time. It turns with the box's second, so that all
 * timers change together, and says nothing while nobody is looking.
 */
const SECOND = 1_000;

export class SharedClock {
  /** Milliseconds since 1970, a whole second; whatever reads it in an effect runs again at the next. */
  now = $state(0);
  #read: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells the time as `read` does: milliseconds since 1970. */
  constructor(read: () => number) {
    this.#read = read;
    document.addEventListener('visibilitychange', this.turn);
    this.turn();
  }

  stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.turn);
  }

  /** Reads the time anew: by itself each second, and from outside when another clock is known. */
  turn = (): void => {
    clearTimeout(this.#timer);
    const now = this.#read();
    this.now = Math.floor(now / SECOND) * SECOND;
    if (document.visibilityState !== 'hidden') this.#timer = setTimeout(this.turn, SECOND - (now % SECOND));
  };
}
