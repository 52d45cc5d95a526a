/** A rate as people write it, «8» or «19,5», and as the menu has it: of a thousand. */

export function percentOf(permille: number): string {
  return String(permille / 10).replace('.', ',');
}

/** None of a text that is no rate between nothing and all of it. */
export function permilleOf(percent: string): number | null {
  const text = percent.trim().replace(',', '.');
  if (!/^\d{1,3}(\.\d)?$/.test(text)) return null;
  const permille = Math.round(Number(text) * 10);
  return permille <= 1_000 ? permille : null;
}
