/** One order on the screen: its cards as the box last said, and what this screen has changed since. */
import type { Card } from '$ui/api/types.ts';
import { isOpen, linesOf } from './lines.ts';
import { withPending } from './pending.ts';
import type { Change, Pending } from './pending.ts';

/** Seen for so long, an order is no longer new. */
const SEEN_SECONDS = 10;

export class OpenOrder {
  readonly id: string;
  readonly number: string;
  /** Where it stands among the others; milliseconds since 1970. */
  readonly firedAt: number;
  #cards = $state.raw<readonly Card[]>([]);
  #pending = $state.raw<readonly Pending[]>([]);
  #seenSeconds = 0;
  #voidedAt: number | null = null;
  isNew = $state(false);
  isOver = $state(false);
  /** Counts what the box said, to tell whether it said something since a command was sent. */
  revision = 0;

  constructor(card: Card) {
    this.id = card.order;
    this.number = card.number;
    this.firedAt = Date.parse(card.fired_at);
    this.#cards = [card];
  }

  /** The order's own words are the same on all its cards. */
  get about(): Card {
    return this.#cards[0] as Card;
  }

  get raisedAt(): string | null {
    return this.about.raised_at;
  }

  get cards(): readonly Card[] {
    return this.#cards;
  }

  said = $derived(linesOf(this.#cards));
  lines = $derived(withPending(this.said, this.#pending));
  hasToMake = $derived(this.lines.some((line) => line.state === 'to_make'));
  isAllVoided = $derived(this.lines.every((line) => line.state === 'voided'));
  bump = $derived(this.#pending.find(({ change }) => change.kind === 'bump')?.state ?? null);
  /** A bump on its way hides the order; one that waits for the box does not. */
  isShown = $derived(!this.isOver && this.lines.length > 0 && this.bump !== 'sending' && this.bump !== 'confirmed');

  get stations(): string[] {
    return this.#cards.map(({ station }) => station);
  }

  take(card: Card): void {
    const others = this.#cards.filter(({ station }) => station !== card.station);
    this.#become(isOpen(card) ? [...others, card].sort((a, b) => (a.station < b.station ? -1 : 1)) : others);
    this.#pending = this.#pending.filter(({ state }) => state !== 'confirmed');
  }

  drop(station: string): void {
    this.#become(this.#cards.filter((card) => card.station !== station));
  }

  /** The last card stays, so that the empty place of an order that is over is as large as the order was. */
  #become(cards: readonly Card[]): void {
    this.revision += 1;
    this.isOver = cards.length === 0;
    if (!this.isOver) this.#cards = cards;
  }

  add(pending: Pending): void {
    this.#pending = [...this.#pending, pending];
    this.isNew = false;
  }

  mark(id: string, state: Pending['state']): void {
    this.#pending = this.#pending.map((one) => (one.id === id ? { ...one, state } : one));
  }

  remove(id: string): void {
    this.#pending = this.#pending.filter((one) => one.id !== id);
  }

  pendingOf(kind: Change['kind']): Pending | undefined {
    return this.#pending.find(({ change }) => change.kind === kind);
  }

  /** Whether nothing but what was taken back has been left of it for so long; asked each second. */
  isForgotten(now: number, afterMs: number): boolean {
    this.#voidedAt = this.isAllVoided ? (this.#voidedAt ?? now) : null;
    return this.#voidedAt !== null && now - this.#voidedAt >= afterMs;
  }

  /** Somebody looks at it again. */
  remembered(): void {
    this.#voidedAt = null;
  }

  /** It was on the screen for another second. */
  seen(): void {
    if (!this.isNew) return;
    this.#seenSeconds += 1;
    if (this.#seenSeconds >= SEEN_SECONDS) this.isNew = false;
  }
}
