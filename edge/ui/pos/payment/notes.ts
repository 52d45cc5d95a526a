/** What guests hand over for an amount in cash. Amounts are in minor units. */

const [TWO, FIVE, TEN, TWENTY, FIFTY, HUNDRED] = [200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000] as const;
const OFFERED = 3;

/** The next sums of notes above `due`, the smallest first: for $ 18.500 these are 20.000, 50.000 and 100.000. */
export function notesAbove(due: number): number[] {
  const notes = due < FIVE ? [TWO, FIVE, TEN, TWENTY] : [TEN, TWENTY, FIFTY, HUNDRED];
  const sums = new Set(notes.map((note) => Math.ceil(due / note) * note).filter((sum) => sum > due));
  return [...sums].sort((one, other) => one - other).slice(0, OFFERED);
}

/** What is proposed as a tip: so many thousandths of what was eaten, before taxes, in whole pesos. */
export function proposedTip({ total, tax }: { total: number; tax: number }, permille: number): number {
  return Math.round(((total - tax) * permille) / 100_000) * 100;
}
