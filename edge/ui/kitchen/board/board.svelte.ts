/** How the orders stand on this screen: which page, in how many parts, which is chosen, which are lit. */
import { untrack } from 'svelte';
import type { TicketLine } from '../orders/lines.ts';
import type { Kitchen } from '../orders/kitchen.svelte.ts';
import type { OpenOrder } from '../orders/open-order.svelte.ts';
import type { Settings } from '../settings/settings.svelte.ts';
import { GOES_ON_HEIGHT, bandHeight, heightOf, roomFor } from './heights.ts';
import type { CardSize } from './heights.ts';
import { piecesOf } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { screenOf } from './screen.ts';
import { sizesOf } from './sizes.ts';
import { pagesOf } from './slots.ts';
import type { Slot } from './slots.ts';
import { browserMeasure } from './text-width.ts';
import type { Measure } from './text-width.ts';
import { tornAt } from './torn.ts';

/** More slots than these are many, and text may be set so much smaller to spare some. */
const LONG = 2;
const SMALLER = [0.85, 0.72] as const;
/** What the strip of those that stand aside takes. */
const STRIP = 72;

export type Aside = 'none' | 'recall' | 'settings' | 'alerts' | 'stockouts';

/** A part of an order in its slot; `pieces` are those of this part. */
export interface StandingPart extends Slot {
  order: OpenOrder;
  isLeaving: boolean;
  pieces: Piece[];
  /** How large the text of this order is set: a long one is set smaller. */
  text: number;
}

/** What orders are torn by: the same for all of them. */
interface Frame { card: CardSize; measure: Measure; perPage: number; isPaged: boolean }
/** How an order is torn, and of what that was made: torn anew only where one of these is another. */
interface Torn { parts: Piece[][]; text: number; lines: readonly TicketLine[]; notes: string | null; frame: Frame }

export class Board {
  width = $state(innerWidth);
  height = $state(innerHeight);
  aside = $state<Aside>('none');
  chosenId = $state<string | null>(null);
  /** The product whose orders are lit. */
  lit = $state<string | null>(null);
  /** The line somebody holds a finger on. */
  asked = $state.raw<TicketLine | null>(null);
  #page = $state(0);
  #measure = $state.raw(browserMeasure());
  #kitchen: Kitchen;
  #settings: Settings;
  /** With hundreds of orders a touch changes one: the others stay as they are torn, and what shows them is left alone. */
  #torn = new WeakMap<OpenOrder, Torn>();
  #stood: ReadonlyMap<string, StandingPart> = new Map();

  constructor(kitchen: Kitchen, settings: Settings) {
    this.#kitchen = kitchen;
    this.#settings = settings;
    // Before the type has come, widths are those of another.
    void document.fonts.load('600 42px Inter').then(() => { this.#measure = browserMeasure(); });
  }

  screen = $derived.by(() => screenOf(this.width, this.height));
  /** Totals of nothing are not worth their room. */
  hasPanel = $derived.by(() => this.aside !== 'none' || (this.#settings.showsTotals && this.#kitchen.places.length > 0));
  #figures = $derived.by(() => Math.max(4, ...this.#kitchen.places.map(({ order }) => order.number.split('-').pop()?.length ?? 0)));
  sizes = $derived.by(() => sizesOf(this.screen, this.width, this.height - (this.#kitchen.folded.length > 0 ? STRIP : 0), this.hasPanel, this.#settings.textSize, this.#figures));
  #card = $derived.by((): CardSize => ({
    width: this.sizes.slotWidth, height: this.sizes.slotHeight, unit: this.screen.unit,
    text: this.#settings.textSize, head: this.sizes.head,
  }));
  perPage = $derived.by(() => (this.screen.rows === 0 ? Infinity : this.screen.rows * this.screen.columns));

  #frame = $derived.by((): Frame => ({ card: this.#card, measure: this.#measure, perPage: this.perPage, isPaged: this.screen.rows > 0 }));
  #parted = $derived.by(() => {
    const frame = this.#frame;
    return new Map(this.#kitchen.places.map(({ order, isLeaving }) => {
      const { parts, text } = this.#tornOf(order, frame);
      return [order.id, { order, isLeaving, parts, text }] as const;
    }));
  });
  /** How many parts each order has: while that is so, pages are as they are, whatever is touched. */
  #shape = $derived.by(() => Array.from(this.#parted, ([id, { parts }]) => `${id} ${parts.length}`).join());
  pages = $derived.by(() => {
    void this.#shape;
    const parted = untrack(() => this.#parted);
    return pagesOf(Array.from(parted, ([id, { parts }]) => ({ id, parts: parts.length })), this.perPage);
  });
  page = $derived.by(() => Math.min(this.#page, this.pages.length - 1));
  parts = $derived.by((): StandingPart[] => {
    const parts = (this.pages[this.page]?.slots ?? []).flatMap((slot) => {
      const parted = this.#parted.get(slot.id);
      if (parted === undefined) return [];
      const { order, isLeaving, text } = parted;
      return [this.#asItStood({ ...slot, order, isLeaving, text, pieces: parted.parts[slot.part] ?? [] })];
    });
    this.#stood = new Map(parts.map((part) => [keyOf(part), part]));
    return parts;
  });
  /** Orders after this page; the first of them is the oldest. */
  after = $derived.by(() => {
    const before = new Set(this.pages.slice(0, this.page + 1).flatMap(({ slots }) => slots.map(({ id }) => id)));
    return this.#kitchen.places.filter(({ order }) => !before.has(order.id)).map(({ order }) => order);
  });
  chosen = $derived.by(() => this.parts.find((part) => part.id === this.chosenId && !part.isLeaving)?.order ?? null);

  #tornOf(order: OpenOrder, frame: Frame): Torn {
    const [lines, notes, before] = [order.lines, order.about.notes, this.#torn.get(order)];
    if (before !== undefined && before.lines === lines && before.notes === notes && before.frame === frame) return before;
    const torn = { ...tornInSlots(lines, notes, frame), lines, notes, frame };
    this.#torn.set(order, torn);
    return torn;
  }

  /** The same object while nothing about it is another. */
  #asItStood(part: StandingPart): StandingPart {
    const before = this.#stood.get(keyOf(part));
    if (before === undefined) return part;
    const isSame = (Object.keys(part) as (keyof StandingPart)[]).every((name) => before[name] === part[name]);
    return isSame ? before : part;
  }

  /** Choosing what is chosen lets go of it. */
  choose(slot: number): void {
    const part = this.parts.find(({ number, isLeaving }) => number === slot && !isLeaving);
    if (part === undefined) return;
    this.chosenId = this.chosenId === part.id ? null : part.id;
    part.order.isNew = false;
  }

  chooseFirst(): void {
    this.chosenId = this.parts.find(({ isLeaving }) => !isLeaving)?.id ?? null;
  }

  turn(step: -1 | 1): void {
    this.#page = Math.max(0, Math.min(this.pages.length - 1, this.page + step));
    this.chosenId = null;
  }

  toFirstPage(): void {
    this.#page = 0;
  }

  light(product: string): void {
    this.lit = this.lit === product ? null : product;
  }

  /** Whether what this line is made of ran out. */
  askAbout(line: TicketLine): void {
    this.asked = line;
    this.aside = 'stockouts';
  }

  open(aside: Exclude<Aside, 'none'>): void {
    this.asked = null;
    this.aside = this.aside === aside ? 'none' : aside;
  }

  /** Leaves the nearest thing that can be left. */
  leave(): void {
    if (this.aside !== 'none') this.aside = 'none';
    else if (this.lit !== null) this.lit = null;
    else if (this.chosenId !== null) this.chosenId = null;
    else this.toFirstPage();
  }
}

function keyOf({ id, part }: Slot): string {
  return `${id} ${part}`;
}

/** In slots as drawn; an order that needs more than two is set smaller before it takes more. */
function tornInSlots(lines: readonly TicketLine[], notes: string | null, frame: Frame): { parts: Piece[][]; text: number } {
  const pieces = piecesOf(lines);
  const { text } = frame.card;
  if (!frame.isPaged) return { parts: [pieces], text };
  let tried = { parts: tornAs(pieces, notes, text, frame), text };
  for (const smaller of SMALLER) {
    if (tried.parts.length <= LONG) break;
    tried = { parts: tornAs(pieces, notes, text * smaller, frame), text: text * smaller };
  }
  return tried;
}

function tornAs(pieces: Piece[], notes: string | null, text: number, { card, measure, perPage }: Frame): Piece[][] {
  const size = { ...card, text };
  const above = notes === null ? 0 : bandHeight(notes, size, measure);
  const heights = pieces.map((piece) => heightOf(piece, size, measure));
  const starts = tornAt(heights, above, roomFor(size), GOES_ON_HEIGHT * size.unit * text, perPage);
  return starts.map((start, index) => pieces.slice(start, starts[index + 1]));
}
