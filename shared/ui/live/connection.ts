/**
 * One WebSocket to the box that is always there or on its way back; where none gets through, an answer that goes on, or plain requests.
 *
 * It says hello with how far it got, applies what comes once per animation frame, asks again when something is
 * missing, gives up a connection that is silent, and tells how fresh what is shown is. It knows nothing of what the
 * views mean. Faults it survives: lost, doubled and reordered messages, a box that restarts with the same or another
 * journal, a network that goes silent without closing, a device that slept.
 */
import { Batch } from './batch.ts';
import { retryAfter } from './backoff.ts';
import { BoxClock } from './box-clock.ts';
import { Cursors } from './cursor.ts';
import type { Health, LiveConnection, LiveListener } from './live.ts';
import { CLOSED_FORBIDDEN, CLOSED_SESSION, frameOf } from './protocol.ts';
import type { Beat, Hello, Message, Snapshot, Welcome } from './protocol.ts';
import { Staleness } from './staleness.ts';
import type { Detoured, Socket, Surroundings } from './surroundings.ts';

/** Beats come every 5 s; two and a bit without any frame and the connection is no longer believed. */
const SILENCE_MS = 12_000;
/** So many attempts that brought nothing, and every other is made without a WebSocket: first as an answer that goes on, then by asking. */
const DEAF = 2;
/** How often it is tried with one again. */
const PROBE_MS = 60_000;
/** An attempt this young is left alone when the device wakes. */
const YOUNG_ATTEMPT_MS = 1_000;

export interface Screen { screen: string; scopes: string[]; uiVersion: string }

export function connect(screen: Screen, listener: LiveListener, around: Surroundings): LiveConnection {
  return new Connection(screen, listener, around);
}

interface Attempt { socket: Socket; begunAt: number; opened: boolean; heardAt: number; way: 'socket' | Detoured }

class Connection implements LiveConnection {
  #screen: Screen;
  #listener: LiveListener;
  #around: Surroundings;

  #attempt: Attempt | null = null;
  #failures = 0;
  /** Attempts in a row that never heard a welcome. */
  #deaf = 0;
  #cancelProbe = () => {};
  #isOver = false;
  #ended: 'session' | 'forbidden' | null = null;
  #toldNewBuild = false;

  #journal: string | null = null;
  #cursors = new Cursors();
  /** A hello is out and its welcome has not come: gaps are being filled already. */
  #isAsking = false;
  /** The last hello asked for what was missing, and no beat has said since that all is whole. */
  #askedForGap = false;
  /** A snapshot was promised: what comes before it is in it. */
  #awaitsSnapshot = false;

  #batch = new Batch();
  #frameIsAsked = false;
  #isWhole = false;

  #clock: BoxClock;
  #staleness: Staleness;
  #cancelRetry = () => {};
  #cancelSilence = () => {};
  #stopWaking: () => void;

  constructor(screen: Screen, listener: LiveListener, around: Surroundings) {
    this.#screen = screen;
    this.#listener = listener;
    this.#around = around;
    this.#clock = new BoxClock(() => around.now());
    this.#staleness = new Staleness(around, () => this.now(), (health) => this.#tellHealth(health));
    this.#stopWaking = around.onWake(() => this.#wake());
    this.#open();
  }

  now(): number {
    return this.#clock.now();
  }

  listen(scopes: string[]): void {
    this.#screen = { ...this.#screen, scopes };
    this.#cursors.forget();
    this.#batch.clear();
    if (this.#attempt?.opened === true) this.#hello();
  }

  reopen(): void {
    if (this.#isOver) return;
    this.#ended = null;
    this.#failures = 0;
    this.#staleness.resumed();
    this.#reconnect();
  }

  close(): void {
    this.#isOver = true;
    this.#drop();
    this.#cancelRetry();
    this.#cancelProbe();
    this.#stopWaking();
    this.#staleness.stop();
  }

  #open(): void {
    const begunAt = this.#around.now();
    const goesRound = this.#deaf >= DEAF && this.#deaf % 2 === 0;
    const way = !goesRound ? 'socket' : (this.#deaf - DEAF) % 4 === 0 ? 'events' : 'polling';
    const socket = way === 'socket' ? this.#around.socket() : this.#around.detour(way);
    if (goesRound) this.#probeLater();
    const attempt: Attempt = { socket, begunAt, opened: false, heardAt: begunAt, way };
    const isCurrent = () => this.#attempt === attempt;
    this.#attempt = attempt;
    attempt.socket.onopen = () => {
      if (!isCurrent()) return;
      attempt.opened = true;
      this.#hello();
    };
    attempt.socket.onmessage = ({ data }) => {
      if (!isCurrent() || typeof data !== 'string') return;
      attempt.heardAt = this.#around.now();
      this.#hear(data);
    };
    attempt.socket.onclose = ({ code }) => {
      if (isCurrent()) this.#closed(code);
    };
    this.#watchSilence();
  }

  #hello(): void {
    const lastSequence = this.#cursors.lowest;
    const hello: Hello = {
      type: 'hello',
      screen: this.#screen.screen,
      scopes: this.#screen.scopes,
      journal_id: lastSequence === null ? null : this.#journal,
      last_sequence: lastSequence,
      ui_version: this.#screen.uiVersion,
    };
    this.#isAsking = true;
    this.#attempt?.socket.send(JSON.stringify(hello));
  }

  #hear(text: string): void {
    this.#watchSilence();
    const frame = frameOf(text);
    if (frame === null) return;
    this.#staleness.heard();
    switch (frame.type) {
      case 'welcome': return this.#welcome(frame);
      case 'snapshot': return this.#snapshot(frame);
      case 'message': return this.#message(frame);
      case 'beat': return this.#beat(frame);
    }
  }

  #welcome(welcome: Welcome): void {
    this.#clock.hear(welcome.now);
    this.#isAsking = false;
    this.#failures = 0;
    // The way that brought something is tried first when it is cut.
    const way = this.#attempt?.way;
    this.#deaf = way === 'events' ? DEAF - 1 : way === 'polling' ? DEAF + 1 : 0;
    this.#around.fetchDetours();
    this.#awaitsSnapshot = welcome.how === 'snapshot';
    if (this.#awaitsSnapshot) this.#cursors.forget();
    this.#journal = welcome.journal_id;
    if (welcome.ui_version !== this.#screen.uiVersion && !this.#toldNewBuild) {
      this.#toldNewBuild = true;
      this.#listener.newBuild?.();
    }
  }

  /** Also one that was not asked for: the box sends it to a screen that lags too far. One of other scopes is of before. */
  #snapshot(snapshot: Snapshot): void {
    const { scopes } = this.#screen;
    if (snapshot.scopes.length !== scopes.length || !scopes.every((scope) => snapshot.scopes.includes(scope))) return;
    this.#awaitsSnapshot = false;
    this.#cursors.snapshot(snapshot);
    this.#batch.snapshot(snapshot.views);
    this.#whole();
  }

  #message(message: Message): void {
    if (this.#awaitsSnapshot) return;
    const verdict = this.#cursors.message(message);
    if (verdict === 'gap') this.#askForGap();
    if (verdict !== 'apply') return;
    this.#batch.add(message);
    this.#askFrame();
  }

  #beat(beat: Beat): void {
    this.#clock.hear(beat.now);
    if (this.#awaitsSnapshot || this.#isAsking) return;
    if (this.#cursors.beat(beat) === 'gap') return this.#askForGap();
    this.#askedForGap = false;
    this.#whole();
  }

  /** Asks for what is missing; when asking did not help, for everything. */
  #askForGap(): void {
    if (this.#isAsking) return;
    if (this.#askedForGap) this.#cursors.forget();
    this.#askedForGap = !this.#askedForGap;
    this.#hello();
  }

  #whole(): void {
    this.#isWhole = true;
    this.#askFrame();
  }

  #askFrame(): void {
    if (this.#frameIsAsked) return;
    this.#frameIsAsked = true;
    this.#around.frame(() => {
      this.#frameIsAsked = false;
      if (this.#isOver) return;
      this.#batch.tell(this.#listener);
      if (this.#isWhole && this.#attempt?.opened === true) {
        this.#staleness.connected();
        // Only a page that paints gets here.
        this.#attempt.socket.send(`{"type":"painted","cursor":${this.#cursors.lowest ?? 0}}`);
      }
      this.#isWhole = false;
    });
  }

  #closed(code: number): void {
    const opened = this.#attempt?.opened === true;
    this.#drop();
    if (code === CLOSED_SESSION) return this.#end('session');
    if (code === CLOSED_FORBIDDEN) return this.#end('forbidden');
    this.#retryLater();
    if (!opened) void this.#askWhyRefused();
  }

  async #askWhyRefused(): Promise<void> {
    const why = await this.#around.whyRefused();
    if (why !== null && this.#attempt?.opened !== true && !this.#isOver) this.#end(why);
  }

  #end(why: 'session' | 'forbidden'): void {
    this.#drop();
    this.#cancelRetry();
    this.#ended = why;
    this.#staleness.ended(why);
  }

  /** While it goes round, it is tried now and then whether a WebSocket gets through. */
  #probeLater(): void {
    this.#cancelProbe();
    this.#cancelProbe = this.#around.after(PROBE_MS, () => {
      if (this.#attempt === null || this.#attempt.way === 'socket') return;
      const probe = this.#around.socket();
      probe.onopen = () => {
        probe.onclose = null;
        probe.close();
        this.#deaf = 0;
        this.#reconnect();
      };
      probe.onclose = () => this.#probeLater();
    });
  }

  #retryLater(): void {
    this.#deaf += 1;
    this.#cancelRetry();
    this.#cancelRetry = this.#around.after(retryAfter(this.#failures, this.#around.random), () => this.#open());
    this.#failures += 1;
  }

  /** Lets go of the socket; whatever it may still say is not heard. */
  #drop(): void {
    this.#cancelSilence();
    const socket = this.#attempt?.socket;
    this.#attempt = null;
    this.#isAsking = false;
    this.#isWhole = false;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#staleness.disconnected();
  }

  #reconnect(): void {
    this.#drop();
    this.#cancelRetry();
    this.#open();
  }

  #watchSilence(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#around.after(SILENCE_MS, () => {
      this.#drop();
      this.#retryLater();
    });
  }

  /** The network is back or somebody looks: no reason to wait, and timers may have slept. */
  #wake(): void {
    if (this.#isOver || this.#ended !== null) return;
    const attempt = this.#attempt;
    if (attempt === null) return this.#reconnect();
    const [silence, age] = [this.#around.now() - attempt.heardAt, this.#around.now() - attempt.begunAt];
    if (attempt.opened ? silence >= SILENCE_MS : age >= YOUNG_ATTEMPT_MS) this.#reconnect();
    this.#staleness.look();
  }

  #tellHealth(health: Health): void {
    if (!this.#isOver) this.#listener.health(health);
  }
}
