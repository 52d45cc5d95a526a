/** Our own icons on a grid of 24, one path each, drawn as lines of 2. */
import type { CounterIcon } from './icons-counter.ts';

const EVERYWHERE = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  check: 'M5 13l4.5 4.5L19 7',
  warning: 'M12 4L2.5 20h19zM12 10v4M12 17v.01',
  bag: 'M5 8h14l1 13H4zM8.5 8V7a3.5 3.5 0 0 1 7 0v1',
  moto: 'M5.5 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6M18.5 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8.5 17h5c0-4 2-6 4-6l-2-5h-3M3 11h7l3.5 6',
  printer: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  repeat: 'M4 9h13l-3-3M20 15H7l3 3M4 9v3M20 15v-3',
  offline: 'M3 3l18 18M8.5 16a5 5 0 0 1 6.5-.4M5 12.5a10 10 0 0 1 4.5-2.6M14 9.8c1.9.4 3.6 1.3 5 2.7M2 9a15 15 0 0 1 4-2.7M10.5 5A15 15 0 0 1 22 9M12 20v.01',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 12.5h4',
} as const;

export type IconName = keyof typeof EVERYWHERE | CounterIcon;

export const icons: { [name in IconName]?: string } = { ...EVERYWHERE };

/** Entries that draw more than the kitchen does say so; the kitchen loads little. */
export function alsoDraw(more: { [name in IconName]?: string }): void {
  Object.assign(icons, more);
}
