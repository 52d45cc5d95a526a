/** Counting a drawer: how many of each note and coin. Values are in minor units, the largest first. */

export const NOTES = [10_000_000, 5_000_000, 2_000_000, 1_000_000, 500_000, 200_000] as const;
export const COINS = [100_000, 50_000, 20_000, 10_000, 5_000] as const;

export type Counted = ReadonlyMap<number, number>;

const MOST = 9_999;

export function withCount(counted: Counted, value: number, count: number): Counted {
  const next = new Map(counted);
  if (count <= 0) next.delete(value);
  else next.set(value, Math.min(count, MOST));
  return next;
}

/** With a digit put after the count there is. */
export function withDigit(counted: Counted, value: number, digit: string): Counted {
  const count = Number(`${counted.get(value) ?? 0}${digit}`);
  return count > MOST ? counted : withCount(counted, value, count);
}

export function withoutLastDigit(counted: Counted, value: number): Counted {
  return withCount(counted, value, Math.trunc((counted.get(value) ?? 0) / 10));
}

export function sumOf(counted: Counted): number {
  return [...counted].reduce((sum, [value, count]) => sum + value * count, 0);
}

/** As the box asks for it, the largest first. */
export function rowsOf(counted: Counted): { value: number; count: number }[] {
  return [...counted].map(([value, count]) => ({ value, count })).sort((one, other) => other.value - one.value);
}
