/** Lines and cards for tests: what does not matter is left out. */
import type { Card, CardLine } from '$ui/api/types.ts';
import type { TicketLine } from './lines.ts';

const FIRED = '2026-11-21T12:30:00-05:00';

export function line(what: Partial<TicketLine> = {}): TicketLine {
  return {
    id: 'line', product: 'perro', name: 'Perro caliente', quantity: 1, modifiers: [], notes: null, partOf: null, state: 'to_make',
    voidSeen: false, addition: false, course: null, firedAt: Date.parse(FIRED), readyAt: null, targetMs: 300_000, stations: ['grill'],
    pending: null, ...what,
  };
}

export function cardLine(what: Partial<CardLine> = {}): CardLine {
  return {
    line: 'line', product: 'perro', name: 'Perro caliente', quantity: 1, modifiers: [], notes: null, part_of: null, state: 'to_make',
    void_seen: false, course: null, addition: false, fired_at: FIRED, ready_at: null, target_seconds: 300, ...what,
  };
}

export function card(what: Partial<Card> = {}): Card {
  return {
    order: 'order', station: 'grill', number: 'L-0042', type: 'takeaway', channel: 'pos', table: null, served_by: null,
    customer: null, notes: null, status: 'accepted', fired_at: FIRED, raised_at: null, bumped_at: null, lines: [cardLine()], ...what,
  };
}
