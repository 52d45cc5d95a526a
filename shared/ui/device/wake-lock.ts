/** Keeps the screen from going dark, and takes the lock again whenever the page is seen: browsers drop it unseen. */

/** `absent` where there is none: plain http, or an old engine. */
export type WakeLockState = 'off' | 'held' | 'refused' | 'absent';

export class WakeLock {
  state: WakeLockState = 'wakeLock' in navigator ? 'off' : 'absent';
  #onChange: () => void;
  #isWanted = false;
  #sentinel: WakeLockSentinel | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    document.addEventListener('visibilitychange', () => {
      if (this.#isWanted && document.visibilityState === 'visible') void this.hold();
    });
  }

  async hold(): Promise<void> {
    this.#isWanted = true;
    if (this.state === 'absent' || this.state === 'held') return;
    try {
      this.#sentinel = await navigator.wakeLock.request('screen');
      this.#sentinel.onrelease = () => this.#become('off');
      this.#become('held');
    } catch {
      this.#become('refused');
    }
  }

  #become(state: WakeLockState): void {
    this.state = state;
    this.#onChange();
  }
}
