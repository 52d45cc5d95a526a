/** A world for tests of the live channel: its clock moves when told, its sockets say what they are told. */
import type { Hello } from './protocol.ts';
import type { Health, LiveListener, LiveView } from './live.ts';
import type { Detoured, Socket, Surroundings } from './surroundings.ts';

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  hellos: Hello[] = [];
  /** How far the screen said that it has painted. */
  painted: number[] = [];
  isClosed = false;
  way: 'socket' | Detoured = 'socket';

  send(text: string): void {
    const said = JSON.parse(text) as Hello | { type: 'painted'; cursor: number };
    if (said.type === 'hello') this.hellos.push(said);
    else this.painted.push(said.cursor);
  }

  close(): void {
    this.isClosed = true;
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

interface Timer { at: number; call: () => void }

export class FakeWorld implements Surroundings {
  time = Date.parse('2026-11-21T17:41:00Z');
  /** How far the box's clock is ahead of this one. */
  boxAhead = 0;
  sockets: FakeSocket[] = [];
  refusal: 'session' | 'forbidden' | null = null;
  chance = 0.5;
  #timers = new Set<Timer>();
  #frames: (() => void)[] = [];
  #wakers = new Set<() => void>();

  now = (): number => this.time;
  random = (): number => this.chance;
  whyRefused = (): Promise<'session' | 'forbidden' | null> => Promise.resolve(this.refusal);

  after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.time + ms, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  frame = (call: () => void): void => void this.#frames.push(call);

  socket = (): FakeSocket => {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  };

  fetchDetours = (): void => {};
  detour = (way: Detoured): FakeSocket => {
    const socket = this.socket();
    socket.way = way;
    return socket;
  };

  onWake = (call: () => void): (() => void) => {
    this.#wakers.add(call);
    return () => void this.#wakers.delete(call);
  };

  get last(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  get hello(): Hello {
    const hello = this.last.hellos[this.last.hellos.length - 1];
    if (hello === undefined) throw new Error('no hello was said');
    return hello;
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.call();
    }
    this.time = until;
  }

  /** Time passes while the device sleeps: no timer runs. */
  sleep(ms: number): void {
    this.time += ms;
  }

  paint(): void {
    this.#frames.splice(0).forEach((call) => call());
  }

  wake(): void {
    this.#wakers.forEach((call) => call());
  }

  open(): void {
    this.last.onopen?.();
  }

  /** The connection closes by the other side. */
  cut(code = 1006): void {
    this.last.onclose?.({ code });
  }

  stamp(): string {
    return new Date(this.time + this.boxAhead).toISOString();
  }

  welcome(how: 'snapshot' | 'resume', sequence: number, more: object = {}): void {
    this.last.say({ type: 'welcome', journal_id: 'journal-1', sequence, now: this.stamp(), ui_version: 'v1', how, ...more });
  }

  snapshot(sequence: number, ids: string[], scopes = ['station:grill']): void {
    const views = ids.map((id) => ({ scope: scopes[0], name: 'card', id, view: `${id}@${sequence}` }));
    this.last.say({ type: 'snapshot', sequence, scopes, views });
  }

  message(id: string, sequence: number, prev: number, scope = 'station:grill'): void {
    this.last.say({ type: 'message', scope, sequence, prev, name: 'card', id, view: `${id}@${sequence}` });
  }

  beat(sequence: number, last: Record<string, number> = {}): void {
    this.last.say({ type: 'beat', sequence, now: this.stamp(), last });
  }
}

/** Writes down what it is told. */
export class Heard implements LiveListener {
  told: string[] = [];
  healths: Health[] = [];
  builds = 0;

  snapshot(views: LiveView[]): void {
    this.told.push(`all: ${views.map((view) => String(view.view)).join(' ')}`);
  }

  views(views: LiveView[]): void {
    this.told.push(views.map((view) => String(view.view)).join(' '));
  }

  health(health: Health): void {
    this.healths.push(health);
    this.told.push(health.kind);
  }

  newBuild(): void {
    this.builds += 1;
  }
}
