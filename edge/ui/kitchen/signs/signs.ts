/** Signs of the kitchen alone, on the same grid of 24 as the shared icons. */
import type { BarSign } from './signs-bar.ts';

const ON_CARDS = {
  hand: 'M18 11V6a2 2 0 0 0-4 0M14 10V4a2 2 0 0 0-4 0v6M10 10.5V6a2 2 0 0 0-4 0v8M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.9-6-2.3l-3.6-3.6a2 2 0 0 1 2.8-2.8L7 15',
  next: 'M5 12h14M13 6l6 6-6 6',
} as const;

export type SignName = keyof typeof ON_CARDS | BarSign;

export const signs: { [name in SignName]?: string } = { ...ON_CARDS };

/** Signs that no card needs come with what they stand on. */
export function alsoSign(more: { [name in SignName]?: string }): void {
  Object.assign(signs, more);
}
