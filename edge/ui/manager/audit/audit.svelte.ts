/** What was done that somebody has to answer for, the latest first, page after page; and what one act changed. */
import { request } from '$ui/api/client.ts';
import type { AuditAct, AuditChange, AuditEntry, List } from '$ui/api/types.ts';
import { FAMILIES, type Family } from './act-names.ts';

const A_PAGE = 50;

/** What is looked for. */
interface Wanted { isOnlyApproved: boolean; family: Family; words: string }

class Audit {
  entries = $state.raw<AuditEntry[] | null>(null);
  hasMore = $state(false);
  wanted = $state.raw<Wanted>({ isOnlyApproved: false, family: 'all', words: '' });
  /** The act that is looked at, and what it changed once that is known. */
  opened = $state.raw<{ sequence: number; changes: AuditChange[] | null } | null>(null);
  #next: string | null = null;

  async load(): Promise<void> {
    this.#next = null;
    await this.#ask([]);
  }

  async more(): Promise<void> {
    await this.#ask(this.entries ?? []);
  }

  show(wanted: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...wanted };
    this.opened = null;
    void this.load();
  }

  /** Looks at one act, or away from it. */
  async open(sequence: number): Promise<void> {
    if (this.opened?.sequence === sequence) {
      this.opened = null;
      return;
    }
    this.opened = { sequence, changes: null };
    const outcome = await request<AuditAct>(`audit/${sequence}`);
    if (outcome.kind === 'ok' && this.opened?.sequence === sequence) this.opened = { sequence, changes: outcome.value.changes };
  }

  async #ask(before: AuditEntry[]): Promise<void> {
    const { wanted } = this;
    const asked = new URLSearchParams({ limit: String(A_PAGE) });
    if (wanted.isOnlyApproved) asked.set('approved', 'true');
    if (FAMILIES[wanted.family] !== '') asked.set('kind', FAMILIES[wanted.family]);
    if (wanted.words.trim() !== '') asked.set('search', wanted.words.trim());
    if (this.#next !== null) asked.set('cursor', this.#next);
    const outcome = await request<List<AuditEntry>>(`audit?${asked.toString()}`);
    if (outcome.kind !== 'ok' || wanted !== this.wanted) return;
    this.entries = [...before, ...outcome.value.items];
    this.#next = outcome.value.next_cursor;
    this.hasMore = this.#next !== null;
  }
}

export const audit = new Audit();
