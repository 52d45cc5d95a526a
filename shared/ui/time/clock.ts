/**
 * One clock for a whole screen, in whole seconds of the box's time. It ticks only while something that is shown
 * reads it, at the turn of the box's second, so that all timers change together.
 */
import { createSubscriber } from 'svelte/reactivity';

export class SharedClock {
  #read: () => number = () => Date.now();
  #subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      update();
      timer = setTimeout(tick, 1_000 - (this.#read() % 1_000));
    };
    timer = setTimeout(tick, 1_000 - (this.#read() % 1_000));
    return () => clearTimeout(timer);
  });

  /** Tells the time as `read` does from now on: milliseconds since 1970. */
  follow(read: () => number): void {
    this.#read = read;
  }

  /** Milliseconds since 1970, a whole second; whatever reads it in an effect runs again at the next. */
  get now(): number {
    this.#subscribe();
    return Math.floor(this.#read() / 1_000) * 1_000;
  }
}
