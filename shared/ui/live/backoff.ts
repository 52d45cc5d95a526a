/** When to try again: a random moment below a bound that doubles, so that ten screens do not knock in step. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** `random(0, min(10 s, 0.5 s · 2ⁿ))` after `failures` in a row; `random` gives [0, 1). */
export function retryAfter(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
}
