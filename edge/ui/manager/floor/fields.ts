/** The fields of a zone, on which tables stand. */
import type { FloorTable, FloorZone } from '$ui/api/types.ts';

export const WIDTH = 32;
export const DEPTH = 20;
/** So that cards of tables do not cover each other. */
const STEP = { x: 5, y: 4 };

/** The field under a point of a room that is drawn this large. */
export function fieldAt(left: number, top: number, size: { width: number; height: number }): { x: number; y: number } {
  const within = (value: number, fields: number) => Math.min(fields - 1, Math.max(0, Math.round(value)));
  return { x: within((left / size.width) * WIDTH, WIDTH - 3), y: within((top / size.height) * DEPTH, DEPTH - 2) };
}

/** Where a new table finds room. */
export function freeField(tables: readonly Pick<FloorTable, 'x' | 'y'>[]): { x: number; y: number } {
  for (let y = 1; y < DEPTH - 2; y += STEP.y) {
    for (let x = 1; x < WIDTH - 3; x += STEP.x) {
      if (!tables.some((table) => Math.abs(table.x - x) < STEP.x && Math.abs(table.y - y) < STEP.y)) return { x, y };
    }
  }
  return { x: 0, y: 0 };
}

/** The lowest number that no table has. */
export function nextName(zones: readonly FloorZone[]): string {
  const taken = new Set(zones.flatMap(({ tables }) => tables.map(({ name }) => name)));
  for (let number = 1; ; number += 1) if (!taken.has(String(number))) return String(number);
}
