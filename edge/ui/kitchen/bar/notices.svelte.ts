/** What the bar says for a moment. One at a time: the newest counts. */

export type Notice =
  | { kind: 'bumped'; order: string; number: string }
  | { kind: 'recalled'; number: string }
  /** Something could not be done; `words` from the box when it gave a reason. */
  | { kind: 'refused'; number: string; words: string }
  | { kind: 'not_taken'; number: string }
  | { kind: 'up_to_date'; count: number };

/** How long each stays, in milliseconds. */
const STAYS: Record<Notice['kind'], number> = {
  bumped: 5_000, recalled: 3_000, refused: 8_000, not_taken: 8_000, up_to_date: 6_000,
};

export class Notices {
  /** Counts what was said, so that the same words said again are seen to be new. */
  current = $state.raw<{ notice: Notice; count: number } | null>(null);
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(notice: Notice): void {
    clearTimeout(this.#timer);
    this.#count += 1;
    this.current = { notice, count: this.#count };
    this.#timer = setTimeout(() => { this.current = null; }, STAYS[notice.kind]);
  }

  clear(kind?: Notice['kind']): void {
    if (kind !== undefined && this.current?.notice.kind !== kind) return;
    clearTimeout(this.#timer);
    this.current = null;
  }
}
