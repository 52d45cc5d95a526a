/**
 * The orders of the stations this screen shows, by id, as the box says them; and what the cook does to them.
 *
 * It hears views and replaces; it sends commands and shows them at once as pending. It decides nothing: whether an
 * order is ready, open or over is the box's word.
 */
import { newKey, request } from '$ui/api/client.ts';
import type { Card } from '$ui/api/types.ts';
import type { Health, LiveListener, LiveView } from '$ui/live/live.ts';
import type { Chime } from '$ui/sound/chimes.ts';
import type { Notices } from '../bar/notices.svelte.ts';
import { mustBeReadAgain } from './changes.ts';
import type { Stockouts } from '../stockouts/stockouts.svelte.ts';
import { CommandQueue } from './command-queue.ts';
import type { Command, Fate } from './command-queue.ts';
import { isOpen, linesOf } from './lines.ts';
import type { TicketLine } from './lines.ts';
import { OpenOrder } from './open-order.svelte.ts';
import { arrived, inOrder, left, steppedUp } from './places.ts';
import type { Place } from './places.ts';
import { painted } from './painted.ts';
import { isShown } from './pending.ts';
import type { Change } from './pending.ts';

/** A bumped order leaves its place empty for so long after the last one did; but no place stays empty longer than the second. */
const GAP_MS = 400;
const LONGEST_GAP_MS = 1_200;
/** What the box took but has not told of is believed for so long. */
const CONFIRMED_MS = 2_000;
/** At the first look an order this young is new to everybody. */
const YOUNG_MS = 15_000;
const BACKSPACE_REACHES = 10;
/** What was taken back and nobody has seen to keeps its place for so long. */
const FOLDED_AFTER_MS = 180_000;

interface Ears { notices: Notices; stockouts: Stockouts; chime: (chime: Chime) => void; now: () => number; onLive: () => void }
interface Bumped { order: string; number: string; stations: string[]; id: string | null }
/** One change of the cook's; at several stations it is several commands. */
interface Sent { change: Change | { kind: 'recall' }; order: string; number: string; keys: Set<string>; revision: number }

export class Kitchen implements LiveListener {
  /** Those that stand somewhere are in `places`, which is what a screen watches. */
  orders = new Map<string, OpenOrder>();
  places = $state.raw<Place<OpenOrder>[]>([]);
  /** Orders that were only taken back, and that nobody has seen to: counted, and without a place. */
  folded = $state.raw<OpenOrder[]>([]);
  state = $state.raw<Health>({ kind: 'connecting' });
  hasNewBuild = $state(false);
  /** Milliseconds since 1970. */
  lastBumpedAt = $state<number | null>(null);
  waiting = $state(0);
  /** How often the branch was said to be open or not. */
  told = $state(0);

  #ears: Ears;
  #isFirstLook = true;
  #arrivedUnheard = 0;
  #lost = false;
  #gap: { timer: ReturnType<typeof setTimeout>; since: number } | undefined;
  #bumped: Bumped[] = [];
  /** Called back from here: their return is no news. */
  #recalling = new Set<string>();
  #sent = new Map<string, Sent>();
  #queue = new CommandQueue<Card>({
    send: (command) => painted().then(() => request<Card>(command.path, { method: 'POST', body: command.body, key: command.key })),
    waits: (command) => this.#waits(command),
    ended: (command, fate) => this.#ended(command, fate),
    after: (ms, call) => void setTimeout(call, ms),
  });

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  get shown(): OpenOrder[] {
    return this.places.filter(({ isLeaving }) => !isLeaving).map(({ order }) => order);
  }

  // What the box says.

  snapshot(views: LiveView[]): void {
    this.told += 1;
    this.#ears.stockouts.hear(views, true);
    const cards = views.flatMap(cardOf).filter(isOpen);
    const kept = new Set(cards.map(({ order, station }) => `${order} ${station}`));
    for (const order of this.orders.values()) {
      for (const { station } of order.cards) if (!kept.has(`${order.id} ${station}`)) order.drop(station);
    }
    cards.forEach((card) => this.#hear(card));
    for (const order of [...this.orders.values()]) if (order.isOver) this.orders.delete(order.id);
    this.folded = this.folded.filter((order) => this.#isFolded(order));
    this.places = inOrder([...this.orders.values()].filter((order) => order.isShown && !this.folded.includes(order)));
    this.#isFirstLook = false;
  }

  views(views: LiveView[]): void {
    this.#ears.stockouts.hear(views, false);
    for (const view of views) {
      const [card] = cardOf(view);
      if (card !== undefined) this.#hear(card);
      else if (view.name === 'branch_state') this.told += 1;
      else if (view.name === 'card') this.#gone(view.id, view.scope.replace(/^station:/, ''));
    }
  }

  health(health: Health): void {
    const before = this.state;
    this.state = health;
    if (health.kind === 'stale') this.#lost = true;
    if (health.kind !== 'live' || before.kind === 'live') return;
    this.#ears.onLive();
    this.#queue.tryAgain();
    if (this.#lost || this.#arrivedUnheard > 0) this.#ears.notices.say({ kind: 'up_to_date', count: this.#arrivedUnheard });
    this.#lost = false;
    this.#arrivedUnheard = 0;
  }

  newBuild(): void {
    this.hasNewBuild = true;
  }

  #hear(card: Card): void {
    const known = this.orders.get(card.order);
    if (card.bumped_at !== null) this.lastBumpedAt = Math.max(this.lastBumpedAt ?? 0, Date.parse(card.bumped_at));
    if (known === undefined) {
      if (isOpen(card)) this.#arrive(card);
      return;
    }
    const before = { lines: linesOf(known.cards), notes: known.about.notes };
    const { raisedAt } = known;
    const isOfHere = known.stations.includes(card.station);
    known.take(card);
    if (known.isOver) return this.#end(known);
    const after = { lines: linesOf(known.cards), notes: known.about.notes };
    if (isOfHere && (mustBeReadAgain(before, after) || raisedAt !== known.raisedAt)) this.#ears.chime('changed');
    this.#place(known);
    if (raisedAt !== known.raisedAt) this.places = inOrder(this.shown);
  }

  #arrive(card: Card): void {
    const order = new OpenOrder(card);
    const isNews = !this.#isFirstLook && !this.#recalling.has(order.id);
    order.isNew = isNews || (this.#isFirstLook && this.#ears.now() - order.firedAt < YOUNG_MS);
    this.orders.set(order.id, order);
    this.#place(order);
    if (!isNews) return;
    if (this.state.kind !== 'live') this.#arrivedUnheard += 1;
    this.#ears.chime('new');
  }

  #gone(id: string, station: string): void {
    const order = this.orders.get(id);
    order?.drop(station);
    if (order?.isOver === true) this.#end(order);
  }

  #end(order: OpenOrder): void {
    this.orders.delete(order.id);
    this.#place(order);
  }

  /** Puts the order where it belongs, or leaves its place empty for a moment. */
  #place(order: OpenOrder): void {
    const current = this.orders.get(order.id);
    // It was over and came back meanwhile: the place is another's.
    if (current !== undefined && current !== order) return;
    if (this.folded.includes(order)) {
      if (this.#isFolded(order)) return;
      this.folded = this.folded.filter((one) => one !== order);
    }
    const standing = this.places.find((place) => place.order.id === order.id);
    if (order.isShown && current === order) {
      if (standing?.order !== order || standing.isLeaving) this.places = arrived(this.places, order);
    } else if (standing !== undefined && !standing.isLeaving) {
      this.places = left(this.places, order.id);
      this.#leaveGap();
    }
  }

  #isFolded(order: OpenOrder): boolean {
    return order.isShown && order.isAllVoided && this.orders.get(order.id) === order;
  }

  /** Each second: who has forgotten what was taken back finds it in one strip, and the places are for what is to be made. */
  fold(now: number): void {
    const forgotten = this.shown.filter((order) => order.isForgotten(now, FOLDED_AFTER_MS));
    if (forgotten.length === 0) return;
    this.folded = [...this.folded, ...forgotten];
    this.places = this.places.filter(({ order }) => !forgotten.includes(order));
  }

  /** They have their places again. */
  unfold(): void {
    const orders = this.folded;
    this.folded = [];
    for (const order of orders) {
      order.remembered();
      this.#place(order);
    }
  }

  #leaveGap(): void {
    const now = Date.now();
    const since = this.#gap?.since ?? now;
    clearTimeout(this.#gap?.timer);
    const step = () => {
      this.#gap = undefined;
      this.places = steppedUp(this.places);
    };
    this.#gap = { since, timer: setTimeout(step, Math.max(0, Math.min(GAP_MS, since + LONGEST_GAP_MS - now))) };
  }

  // What the cook does.

  /** Ready, or to make again. */
  toggle(order: OpenOrder, line: TicketLine): void {
    if (line.state === 'voided') return this.see(order, line);
    const kind = line.state === 'ready' ? 'unready' : 'ready';
    this.#send(order, { kind, line: line.id }, line.stations, `lines/${line.id}/${kind}`, true);
  }

  see(order: OpenOrder, line: TicketLine): void {
    this.#send(order, { kind: 'seen', line: line.id }, line.stations, `lines/${line.id}/seen`, false);
  }

  /** Bumping an order whose bump waits takes the bump back. */
  bump(order: OpenOrder): void {
    if (order.bump === 'waiting') return this.#takeBack(order);
    const { id, number, stations } = order;
    const sent = this.#send(order, { kind: 'bump' }, stations, 'bump', true);
    this.#bumped = [...this.#bumped, { order: id, number, stations, id: sent }].slice(-BACKSPACE_REACHES);
    if (order.bump === 'sending') this.#ears.notices.say({ kind: 'bumped', order: id, number });
  }

  /** The last one that was bumped here comes back. */
  undo(): void {
    const last = this.#bumped.pop();
    if (last === undefined) return;
    this.#ears.notices.clear('bumped');
    this.recall(last);
  }

  recall({ order, number, stations }: { order: string; number: string; stations: string[] }): void {
    this.#bumped = this.#bumped.filter((bumped) => bumped.order !== order);
    this.#recalling.add(order);
    const change = { kind: 'recall' } as const;
    this.#push({ change, order, number, keys: new Set(), revision: this.orders.get(order)?.revision ?? 0 }, stations, 'recall', false);
  }

  #takeBack(order: OpenOrder): void {
    const pending = order.pendingOf('bump');
    const keys = [...(this.#sent.get(pending?.id ?? '')?.keys ?? [])];
    if (pending === undefined || !keys.every((key) => this.#queue.takeBack(key))) {
      // It may have reached the box: the recall goes after it.
      const change = { kind: 'recall' } as const;
      const { id, number, stations, revision } = order;
      this.#push({ change, order: id, number, keys: new Set(), revision }, stations, 'recall', true);
    }
    if (pending !== undefined) {
      this.#sent.delete(pending.id);
      order.remove(pending.id);
    }
    this.waiting = this.#queue.waiting;
    this.#place(order);
  }

  #send(order: OpenOrder, change: Change, stations: string[], path: string, mayWait: boolean): string {
    const id = newKey();
    const isReached = this.state.kind === 'live';
    order.add({ id, change, state: isReached || !mayWait ? 'sending' : 'waiting' });
    this.#place(order);
    const { number, revision } = order;
    this.#push({ change, order: order.id, number, keys: new Set(), revision }, stations, path, mayWait, id);
    return id;
  }

  #push(sent: Sent, stations: string[], path: string, mayWait: boolean, id = newKey()): void {
    const commands = stations.map((station): Command => ({
      key: newKey(), order: sent.order, path: `kitchen/orders/${sent.order}/${path}`, body: { station }, mayWait,
    }));
    commands.forEach(({ key }) => sent.keys.add(key));
    this.#sent.set(id, sent);
    commands.forEach((command) => this.#queue.push(command));
  }

  #waits(command: Command): void {
    this.waiting = this.#queue.waiting;
    const [id] = this.#sentAs(command);
    const order = this.orders.get(command.order);
    if (id === undefined || order === undefined) return;
    order.mark(id, 'waiting');
    this.#ears.notices.clear('bumped');
    this.#place(order);
  }

  #ended(command: Command, fate: Fate<Card>): void {
    this.waiting = this.#queue.waiting;
    const [id, sent] = this.#sentAs(command);
    if (id === undefined || sent === undefined) return;
    sent.keys.delete(command.key);
    if (fate.kind === 'done') return this.#done(id, sent, fate.value);
    this.#sent.delete(id);
    this.#recalling.delete(sent.order);
    const { number } = sent;
    this.#ears.notices.say(fate.kind === 'refused' ? { kind: 'refused', number, words: fate.problem.message } : { kind: 'not_taken', number });
    const order = this.orders.get(command.order);
    order?.remove(id);
    if (order !== undefined) this.#place(order);
  }

  /** The answer shows the card as it is now, unless the box has said something since. */
  #done(id: string, sent: Sent, card: Card): void {
    const order = this.orders.get(sent.order);
    const isNewest = order === undefined || order.revision === sent.revision;
    if (sent.change.kind === 'recall') {
      if (isNewest) this.#hear(card);
      if (sent.keys.size > 0) return;
      this.#recalling.delete(sent.order);
      this.#ears.notices.say({ kind: 'recalled', number: sent.number });
    } else if (order !== undefined) {
      if (isNewest) {
        this.#hear(card);
        sent.revision = order.revision;
      }
      if (sent.keys.size === 0) this.#confirm(id, order, sent.change);
    }
    if (sent.keys.size === 0) this.#sent.delete(id);
  }

  #confirm(id: string, order: OpenOrder, change: Change): void {
    if (order.isOver || isShown(order.said, change)) order.remove(id);
    else {
      order.mark(id, 'confirmed');
      setTimeout(() => {
        order.remove(id);
        this.#place(order);
      }, CONFIRMED_MS);
    }
    this.#place(order);
  }

  #sentAs(command: Command): [string, Sent] | [undefined, undefined] {
    for (const [id, sent] of this.#sent) if (sent.keys.has(command.key)) return [id, sent];
    return [undefined, undefined];
  }
}

function cardOf({ name, view }: LiveView): Card[] {
  return name === 'card' && view !== null ? [view as Card] : [];
}
