/** Holding something down for as long as it takes to mean it. */
const HELD_MS = 800;

export class HoldTimer {
  isHolding = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #done: () => void;

  constructor(done: () => void) {
    this.#done = done;
  }

  begin(): void {
    this.end();
    this.isHolding = true;
    this.#timer = setTimeout(() => {
      this.end();
      this.#done();
    }, HELD_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.isHolding = false;
  }
}
