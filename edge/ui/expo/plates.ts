/**
 * Whole orders as the pass sees them: each line with how far each of its stations is. The box says it in two ways, the order
 * and its cards; here they are laid beside each other by id, and nothing is decided.
 */
import type { Card, Order, OrderLine } from '$ui/api/types.ts';

export type PlateState = 'held' | 'to_make' | 'ready';
export type Age = 'fresh' | 'soon' | 'late';

export interface Plate { id: string; name: string; quantity: number; modifiers: string[]; notes: string | null; course: number | null; state: PlateState }
export interface StationPlates { station: string; made: number; of: number; plates: Plate[] }

export interface Whole {
  order: Order;
  stations: StationPlates[];
  /** Everything that counts is made, and nothing waits. */
  isReady: boolean;
  /** Courses, and lines without one, of which something waits. */
  waits: boolean;
  /** It goes before all others. */
  isRaised: boolean;
  age: Age;
  /** Since when the oldest thing to make is to be made; since it was ready once it is. */
  since: number;
}

const SOON = 0.7;

/** The cards of an order by station. */
export type Cards = ReadonlyMap<string, Card>;

function isWaiting({ fire }: OrderLine): boolean {
  return fire.status === 'held' || fire.status === 'scheduled';
}

/** A station whose card is on no screen has nothing left to make of what it was told. */
function stateAt(line: OrderLine, card: Card | undefined): PlateState {
  if (isWaiting(line)) return 'held';
  const state = card?.lines.find((row) => row.line === line.id)?.state;
  return state === 'to_make' ? 'to_make' : 'ready';
}

function platesAt(order: Order, station: string, card: Card | undefined): StationPlates {
  const plates = order.lines.filter((line) => line.status === 'open' && line.stations.includes(station)).map((line): Plate => ({
    id: line.id, name: line.name, quantity: line.quantity, modifiers: line.modifiers.map(({ name }) => name), notes: line.notes, course: line.course,
    state: stateAt(line, card),
  }));
  return { station, plates, made: plates.filter(({ state }) => state === 'ready').length, of: plates.length };
}

/** Against the target of the line that is furthest beyond its own. */
function waitingOf(cards: Cards, now: number): { ratio: number; since: number } | null {
  let worst: { ratio: number; since: number } | null = null;
  for (const card of cards.values()) {
    for (const line of card.lines) {
      if (line.state !== 'to_make') continue;
      const since = Date.parse(line.fired_at);
      const ratio = line.target_seconds <= 0 ? 0 : (now - since) / (line.target_seconds * 1_000);
      if (worst === null || ratio > worst.ratio) worst = { ratio, since };
    }
  }
  return worst;
}

export function isRaised(cards: Cards): boolean {
  return [...cards.values()].some(({ raised_at }) => raised_at !== null);
}

export function wholeOf(order: Order, cards: Cards, now: number): Whole {
  const ids = [...new Set(order.lines.filter(({ status }) => status === 'open').flatMap(({ stations }) => stations))];
  const stations = ids.map((station) => platesAt(order, station, cards.get(station)));
  const waiting = waitingOf(cards, now);
  const ratio = waiting?.ratio ?? 0;
  return {
    order, stations,
    isReady: order.status === 'ready',
    isRaised: isRaised(cards),
    waits: stations.some(({ plates }) => plates.some(({ state }) => state === 'held')),
    age: ratio >= 1 ? 'late' : ratio >= SOON ? 'soon' : 'fresh',
    since: waiting?.since ?? Date.parse(order.reached.ready ?? order.accepted_at ?? order.created_at),
  };
}

/** What stands at the pass: accepted and not handed over. Ready orders come first, for somebody waits for them; then what was raised, then the oldest. */
export function atThePass(orders: Iterable<Order>, isRaised: (id: string) => boolean = () => false): Order[] {
  const here = [...orders].filter(({ status, lines }) => (status === 'accepted' || status === 'preparing' || status === 'ready') && lines.some(({ stations }) => stations.length > 0));
  const rank = ({ id, status }: Order) => (status === 'ready' ? 0 : isRaised(id) ? 1 : 2);
  const since = (order: Order) => Date.parse(order.reached.ready ?? order.accepted_at ?? order.created_at);
  return here.sort((one, other) => rank(one) - rank(other) || since(one) - since(other) || (one.id < other.id ? -1 : 1));
}
