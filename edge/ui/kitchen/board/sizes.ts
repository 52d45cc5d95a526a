/** Where everything stands on a screen, in pixels. The styles take these figures as properties, so there is one source. */
import type { Screen } from './screen.ts';

export interface Sizes { bar: number; gap: number; panel: number; slotWidth: number; slotHeight: number; head: number }

const BAR = 72;
const LEAST_BAR = 56;
const GAP = 12;
const LEAST_GAP = 6;
const PANEL = 332;
const LEAST_PANEL = 232;

/** Widths within a header at its drawn size: its sides, the letter before a number, a figure, the timer. */
const HEAD_SIDES = 32;
const PREFIX = 46;
const FIGURE = 35;
const TIMER = 156;

/** `figures`: how many the longest number has. `text`: how large text is set. */
export function sizesOf(screen: Screen, width: number, height: number, hasPanel: boolean, text: number, figures: number): Sizes {
  const { unit, columns, rows } = screen;
  const bar = Math.round(Math.max(LEAST_BAR, BAR * unit));
  const gap = Math.round(Math.max(LEAST_GAP, GAP * unit));
  const panel = Math.round(Math.max(LEAST_PANEL, PANEL * unit));
  const across = width - 2 * gap - (hasPanel && screen.shape !== 'phone' ? panel + gap : 0);
  const slotWidth = (across - gap * (columns - 1)) / columns;
  const slotHeight = rows === 0 ? Infinity : (height - bar - gap * rows) / rows;
  const head = (slotWidth - HEAD_SIDES * unit) / ((PREFIX + FIGURE * figures + TIMER) * unit);
  return { bar, gap, panel, slotWidth, slotHeight, head: Math.min(text, head) };
}
