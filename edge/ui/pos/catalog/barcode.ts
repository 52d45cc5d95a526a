/** A bar code reader is a keyboard that types faster than any hand and ends with Enter. */

/** Between two keys of a reader; hands are slower. */
const FASTEST_HAND_MS = 60;
/** Shorter than any code; longer than keys struck together by chance. */
const SHORTEST_CODE = 4;

export class BarcodeReader {
  #typed = '';
  #lastAt = -Infinity;

  /** The code that this key completes, or null. `at` in milliseconds. */
  key(key: string, at: number): string | null {
    const isFast = at - this.#lastAt <= FASTEST_HAND_MS;
    this.#lastAt = at;
    if (key === 'Enter') {
      const code = isFast && this.#typed.length >= SHORTEST_CODE ? this.#typed : null;
      this.#typed = '';
      return code;
    }
    if (key.length !== 1) return null; // Shift and the like are not part of a code.
    this.#typed = isFast ? this.#typed + key : key;
    return null;
  }
}
