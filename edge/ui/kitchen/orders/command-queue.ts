/**
 * Commands on their way to the box: in order per order, one at a time, each with its own key, so that sending one
 * twice does it once. Those that may wait are kept and sent again when the box is not reached; the others end at
 * once as not taken. Nothing is kept over a reload: the kitchen sees on the card what was not taken.
 */
import type { Outcome, Problem } from '$ui/api/client.ts';

export interface Command { key: string; order: string; path: string; body: unknown; mayWait: boolean }

export type Fate<T> = { kind: 'done'; value: T } | { kind: 'refused'; problem: Problem } | { kind: 'not_taken' };

export interface CommandOffice<T> {
  send(command: Command): Promise<Outcome<T>>;
  /** The box was not reached; the command waits. */
  waits(command: Command): void;
  ended(command: Command, fate: Fate<T>): void;
  after(ms: number, call: () => void): void;
}

const TRY_AGAIN_MS = 5_000;

interface Line { commands: Command[]; isSending: boolean; attempts: number; isWaiting: boolean }

export class CommandQueue<T> {
  #office: CommandOffice<T>;
  #lines = new Map<string, Line>();
  #willTryAgain = false;

  constructor(office: CommandOffice<T>) {
    this.#office = office;
  }

  get waiting(): number {
    let count = 0;
    for (const line of this.#lines.values()) if (line.isWaiting) count += line.commands.length;
    return count;
  }

  push(command: Command): void {
    const line = this.#lines.get(command.order) ?? { commands: [], isSending: false, attempts: 0, isWaiting: false };
    if (line.isWaiting && !command.mayWait) return this.#office.ended(command, { kind: 'not_taken' });
    this.#lines.set(command.order, line);
    line.commands.push(command);
    if (line.isWaiting) this.#office.waits(command);
    void this.#work(command.order, line);
  }

  /** Takes back what surely never reached the box. False when it may have. */
  takeBack(key: string): boolean {
    for (const [order, line] of this.#lines) {
      const index = line.commands.findIndex((command) => command.key === key);
      if (index === -1 || (index === 0 && (line.attempts > 0 || line.isSending))) continue;
      line.commands.splice(index, 1);
      if (line.commands.length === 0) this.#lines.delete(order);
      return true;
    }
    return false;
  }

  /** The box is there again: no reason to wait longer. */
  tryAgain(): void {
    for (const [order, line] of this.#lines) {
      line.isWaiting = false;
      void this.#work(order, line);
    }
  }

  async #work(order: string, line: Line): Promise<void> {
    if (line.isSending || line.isWaiting) return;
    line.isSending = true;
    while (line.commands[0] !== undefined && !line.isWaiting) await this.#sendFirst(line, line.commands[0]);
    line.isSending = false;
    if (line.commands.length === 0 && this.#lines.get(order) === line) this.#lines.delete(order);
  }

  async #sendFirst(line: Line, command: Command): Promise<void> {
    line.attempts += 1;
    const outcome = await this.#office.send(command);
    if (mayComeLater(outcome) && command.mayWait) return this.#wait(line);
    line.commands.shift();
    line.attempts = 0;
    if (outcome.kind === 'ok') this.#office.ended(command, { kind: 'done', value: outcome.value });
    else if (outcome.kind === 'refused') this.#office.ended(command, outcome);
    else this.#office.ended(command, { kind: 'not_taken' });
  }

  #wait(line: Line): void {
    line.isWaiting = true;
    for (const command of line.commands.filter(({ mayWait }) => mayWait)) this.#office.waits(command);
    for (const command of line.commands.filter(({ mayWait }) => !mayWait)) this.#office.ended(command, { kind: 'not_taken' });
    line.commands = line.commands.filter(({ mayWait }) => mayWait);
    if (this.#willTryAgain) return;
    this.#willTryAgain = true;
    this.#office.after(TRY_AGAIN_MS, () => {
      this.#willTryAgain = false;
      this.tryAgain();
    });
  }
}

/** Not reached, too busy, or not logged in: the same command may be taken later. */
function mayComeLater(outcome: Outcome<unknown>): boolean {
  if (outcome.kind === 'unreachable') return true;
  return outcome.kind === 'refused' && [401, 429, 503].includes(outcome.problem.status);
}
