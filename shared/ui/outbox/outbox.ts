/**
 * Commands waiting for the box: kept on this device until the box has said yes or no, and sent once however often they are
 * sent, for each keeps its key. Nothing is thrown away without a person's touch.
 *
 * What is about one order goes in the order it was made; a refusal stops that order and no other.
 */
import type { Outcome, Problem } from '../api/client.ts';

/** Older than this, a person has to say that it is still wanted. */
export const SENDS_ITSELF_FOR_MS = 30 * 60_000;

export interface Waiting<A> {
  key: string;
  path: string;
  body: unknown;
  /** By this device's clock. */
  madeAt: number;
  /** Commands of one subject wait for each other. */
  subject: string;
  /** What a person is shown of it. */
  about: A;
  attempts: number;
  /** What the box answered last. */
  problem: Problem | null;
  /** The box has said no: it goes nowhere until a person has decided. */
  isRefused: boolean;
  /** A person has said that it is still wanted, old as it is. */
  isConfirmed: boolean;
}

/** Where they are kept; the oldest first. */
export interface Keeping<A> {
  all(): Promise<Waiting<A>[]>;
  put(waiting: Waiting<A>): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface OutboxListener<A> {
  /** All that wait now, the oldest first. */
  changed(waiting: Waiting<A>[]): void;
  /** The box has it. */
  taken(waiting: Waiting<A>, answer: unknown): void;
}

export interface Surroundings<A> {
  keeping: Keeping<A>;
  send(waiting: Waiting<A>): Promise<Outcome<unknown>>;
  now(): number;
}

/** Whether it needs a person's word before it is sent. */
export function isOld({ madeAt, isConfirmed }: Pick<Waiting<unknown>, 'madeAt' | 'isConfirmed'>, now: number): boolean {
  return !isConfirmed && now - madeAt >= SENDS_ITSELF_FOR_MS;
}

export class Outbox<A> {
  #waiting: Waiting<A>[] = [];
  #isSending = false;

  constructor(private readonly around: Surroundings<A>, private readonly listener: OutboxListener<A>) {}

  /** Finds what waited when the page was left. */
  async load(): Promise<void> {
    const kept = await this.around.keeping.all();
    const known = new Set(this.#waiting.map(({ key }) => key));
    this.#set([...kept.filter(({ key }) => !known.has(key)), ...this.#waiting].sort((a, b) => a.madeAt - b.madeAt));
  }

  /** Resolves when it is kept. */
  async put(command: Pick<Waiting<A>, 'key' | 'path' | 'body' | 'madeAt' | 'subject' | 'about' | 'problem'>): Promise<void> {
    const waiting: Waiting<A> = { ...command, attempts: 1, isRefused: false, isConfirmed: false };
    await this.#keep(waiting);
  }

  /** Sends what may be sent, one after the other, until the box does not answer. */
  async drain(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let next = this.#next([]), tried: string[] = []; next !== undefined; next = this.#next(tried)) {
        tried.push(next.key);
        if (!(await this.#sent(next))) break;
      }
    } finally {
      this.#isSending = false;
    }
  }

  /** A person says that it is still wanted, or wants it tried again. */
  async confirm(key: string): Promise<void> {
    const found = this.#waiting.find((waiting) => waiting.key === key);
    if (found !== undefined) await this.#keep({ ...found, isConfirmed: true, isRefused: false, problem: null });
    await this.drain();
  }

  /** A person says that it is not wanted any more. */
  async discard(key: string): Promise<void> {
    await this.around.keeping.remove(key);
    this.#set(this.#waiting.filter((waiting) => waiting.key !== key));
  }

  /** The oldest that may go and was not tried yet; what stands behind one that may not go waits with it. */
  #next(tried: string[]): Waiting<A> | undefined {
    const held = new Set<string>();
    for (const waiting of this.#waiting) {
      const mayGo = !waiting.isRefused && !isOld(waiting, this.around.now()) && !tried.includes(waiting.key);
      if (mayGo && !held.has(waiting.subject)) return waiting;
      held.add(waiting.subject);
    }
    return undefined;
  }

  /** Whether the box answered, so that the next may be tried. */
  async #sent(waiting: Waiting<A>): Promise<boolean> {
    const outcome = await this.around.send(waiting);
    if (outcome.kind === 'ok') {
      await this.discard(waiting.key);
      this.listener.taken(waiting, outcome.value);
      return true;
    }
    const problem = outcome.kind === 'refused' ? outcome.problem : null;
    const isRefused = problem !== null && isFinal(problem);
    await this.#keep({ ...waiting, attempts: waiting.attempts + 1, problem, isRefused });
    return isRefused;
  }

  async #keep(waiting: Waiting<A>): Promise<void> {
    await this.around.keeping.put(waiting);
    this.#set([...this.#waiting.filter(({ key }) => key !== waiting.key), waiting].sort((a, b) => a.madeAt - b.madeAt));
  }

  #set(waiting: Waiting<A>[]): void {
    this.#waiting = waiting;
    this.listener.changed(waiting);
  }
}

/** The box has said no, and nothing was written. Anything else may pass: it is busy, it is full, nobody is logged in. */
export function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 425 && status !== 429;
}
