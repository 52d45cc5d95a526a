/** How a screen of this size is divided, and how large its unit is. A television that counts 960×540 looks like one of 1920×1080. */

export type Shape = 'wall' | 'tablet' | 'tall' | 'phone';

export interface Screen {
  shape: Shape;
  columns: number;
  /** 0: as many as there are; the screen scrolls. */
  rows: number;
  /** Pixels to one unit of the design, which was drawn at 1920×1080. */
  unit: number;
}

const DRAWN_WIDTH = 1_920;
const DRAWN_HEIGHT = 1_080;
/** Wider than this is a television, however many pixels it counts. */
const WALL_RATIO = 1.7;
const PHONE_WIDTH = 600;

export function screenOf(width: number, height: number): Screen {
  if (width < PHONE_WIDTH) return { shape: 'phone', columns: 1, rows: 0, unit: 0.56 };
  const unit = (across: number, down: number) => Math.max(0.45, Math.min(width / across, height / down));
  if (height > width) return { shape: 'tall', columns: 2, rows: 3, unit: unit(1_180, DRAWN_WIDTH) };
  if (width / height >= WALL_RATIO) return { shape: 'wall', columns: 4, rows: 2, unit: unit(DRAWN_WIDTH, DRAWN_HEIGHT) };
  return { shape: 'tablet', columns: 3, rows: 2, unit: unit(DRAWN_WIDTH, DRAWN_HEIGHT) };
}
