/**
 * What the cook reads of an order: the lines of its cards at the stations this screen shows, as one list. A screen of
 * several stations shows an order once; a line made at two of them stands there once and is ready when both are.
 */
import type { Card, CardLine } from '$ui/api/types.ts';

export interface TicketLine {
  id: string;
  product: string;
  name: string;
  quantity: number;
  modifiers: CardLine['modifiers'];
  notes: string | null;
  partOf: string | null;
  state: CardLine['state'];
  voidSeen: boolean;
  addition: boolean;
  course: number | null;
  /** Milliseconds since 1970. */
  firedAt: number;
  readyAt: number | null;
  targetMs: number;
  /** Where it is made, of the stations shown. */
  stations: string[];
  /** A change of ours that the box has not confirmed; `waiting` while the box is not reached. */
  pending: 'sending' | 'waiting' | null;
}

/** Lines in the order they were fired; voids that were seen are gone. */
export function linesOf(cards: readonly Card[]): TicketLine[] {
  const lines = new Map<string, TicketLine>();
  for (const card of cards) {
    for (const line of card.lines) {
      const known = lines.get(line.line);
      lines.set(line.line, known === undefined ? one(card, line) : both(known, one(card, line)));
    }
  }
  return [...lines.values()].filter((line) => !isGone(line)).sort((a, b) => a.firedAt - b.firedAt);
}

export function isGone(line: Pick<TicketLine, 'state' | 'voidSeen'>): boolean {
  return line.state === 'voided' && line.voidSeen;
}

/** Whether the card is on the screen: not bumped, and with something to make, ready, or a void to see. */
export function isOpen(card: Card): boolean {
  return card.bumped_at === null && card.lines.some((line) => line.state !== 'voided' || !line.void_seen);
}

function one(card: Card, line: CardLine): TicketLine {
  return {
    id: line.line,
    product: line.product,
    name: line.name,
    quantity: line.quantity,
    modifiers: line.modifiers,
    notes: line.notes,
    partOf: line.part_of,
    state: line.state,
    voidSeen: line.void_seen,
    addition: line.addition,
    course: line.course,
    firedAt: Date.parse(line.fired_at),
    readyAt: line.ready_at === null ? null : Date.parse(line.ready_at),
    targetMs: line.target_seconds * 1_000,
    stations: [card.station],
    pending: null,
  };
}

function both(here: TicketLine, there: TicketLine): TicketLine {
  const isReady = here.state === 'ready' && there.state === 'ready';
  return {
    ...here,
    state: here.state === 'voided' ? 'voided' : isReady ? 'ready' : 'to_make',
    voidSeen: here.voidSeen && there.voidSeen,
    readyAt: isReady ? Math.max(here.readyAt ?? 0, there.readyAt ?? 0) : null,
    stations: [...here.stations, ...there.stations],
  };
}
