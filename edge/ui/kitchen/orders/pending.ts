/** Changes of ours the box has not confirmed, laid over what it last said. */
import { isGone } from './lines.ts';
import type { TicketLine } from './lines.ts';

export type Change = { kind: 'ready' | 'unready' | 'seen'; line: string } | { kind: 'bump' };

/** `confirmed`: the box took it, and its own view of it is on the way. */
export interface Pending { id: string; change: Change; state: 'sending' | 'waiting' | 'confirmed' }

/** The lines as they will be once the box has taken what is pending. */
export function withPending(lines: readonly TicketLine[], pending: readonly Pending[]): TicketLine[] {
  return pending.reduce<TicketLine[]>((before, { change, state }) => {
    if (change.kind === 'bump') return before;
    return before.map((line) => (line.id === change.line ? changed(line, change.kind, state) : line));
  }, [...lines]).filter((line) => !isGone(line));
}

function changed(line: TicketLine, kind: 'ready' | 'unready' | 'seen', state: Pending['state']): TicketLine {
  const pending = state === 'confirmed' ? null : state;
  switch (kind) {
    case 'ready': return line.state === 'to_make' ? { ...line, state: 'ready', pending } : line;
    case 'unready': return line.state === 'ready' ? { ...line, state: 'to_make', readyAt: null, pending } : line;
    case 'seen': return line.state === 'voided' ? { ...line, voidSeen: true, pending } : line;
  }
}

/** Whether what the box says shows the change already. */
export function isShown(lines: readonly TicketLine[], change: Change): boolean {
  if (change.kind === 'bump') return lines.length === 0;
  const line = lines.find(({ id }) => id === change.line);
  switch (change.kind) {
    case 'ready': return line === undefined || line.state !== 'to_make';
    case 'unready': return line === undefined || line.state !== 'ready';
    case 'seen': return line === undefined;
  }
}
