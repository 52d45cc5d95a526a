/** The lines of a card with what stands above them: the rule where additions begin, the combo they are part of. */
import type { TicketLine } from '../orders/lines.ts';

export interface Piece {
  line: TicketLine;
  /** When these were added; null where no rule stands. */
  addedAt: number | null;
  /** The combo, at the first of its parts. */
  partOf: string | null;
}

export function piecesOf(lines: readonly TicketLine[]): Piece[] {
  return lines.map((line, index) => {
    const before = lines[index - 1];
    const begins = line.addition && (before === undefined || !before.addition || before.firedAt !== line.firedAt);
    const isSameCombo = before !== undefined && before.partOf === line.partOf && !begins;
    return { line, addedAt: begins ? line.firedAt : null, partOf: isSameCombo ? null : line.partOf };
  });
}

/** What the guest must not be given: a note that begins so is a band across the card. */
export function isAllergy(note: string): boolean {
  return /^\s*al[eé]rgi/i.test(note);
}
