/** How old an order is against what its dishes may take: each line has its own target, the order takes the worst. */
import type { TicketLine } from './lines.ts';

export type Age = 'fresh' | 'soon' | 'late';

const SOON = 0.7;
const LATE = 1;

export interface Waiting {
  age: Age;
  /** Of its target; 1 and more is late. */
  ratio: number;
  /** What the timer counts: since the worst line was fired. */
  elapsedMs: number;
}

/**
 * Lines yet to be made count up to now. When there are none left, the order is as late as it was when its lines were
 * ready, and its timer goes on from the first of them, for somebody is still waiting for it.
 */
export function waiting(lines: readonly TicketLine[], firedAt: number, now: number): Waiting {
  const toMake = lines.filter((line) => line.state === 'to_make');
  if (toMake.length > 0) {
    const worst = toMake.reduce((a, b) => (ratioOf(b, now) > ratioOf(a, now) ? b : a));
    return at(ratioOf(worst, now), now - worst.firedAt);
  }
  const ratios = lines.filter((line) => line.state === 'ready').map((line) => ratioOf(line, line.readyAt ?? now));
  return at(Math.max(0, ...ratios), now - Math.min(...lines.map((line) => line.firedAt), firedAt));
}

function ratioOf(line: TicketLine, until: number): number {
  return line.targetMs <= 0 ? 0 : Math.max(0, until - line.firedAt) / line.targetMs;
}

function at(ratio: number, elapsedMs: number): Waiting {
  return { age: ratio >= LATE ? 'late' : ratio >= SOON ? 'soon' : 'fresh', ratio, elapsedMs: Math.max(0, elapsedMs) };
}
