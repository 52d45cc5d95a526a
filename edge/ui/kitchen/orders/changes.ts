/** Whether the guest changed their mind: what a cook who has read the card must read again. */
import type { TicketLine } from './lines.ts';

export interface Read { lines: readonly TicketLine[]; notes: string | null }

export function mustBeReadAgain(before: Read, after: Read): boolean {
  if (after.notes !== before.notes && after.notes !== null) return true;
  const known = new Map(before.lines.map((line) => [line.id, line]));
  return after.lines.some((line) => {
    const was = known.get(line.id);
    if (was === undefined) return true;
    return (line.state === 'voided' && was.state !== 'voided') || line.quantity !== was.quantity;
  });
}
