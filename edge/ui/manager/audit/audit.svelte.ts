/** What was done that somebody has to answer for, the latest first, page after page. */
import { request } from '$ui/api/client.ts';
import type { AuditEntry, List } from '$ui/api/types.ts';

const A_PAGE = 50;

class Audit {
  entries = $state.raw<AuditEntry[] | null>(null);
  hasMore = $state(false);
  isOnlyApproved = $state(false);
  #next: string | null = null;

  async load(): Promise<void> {
    this.#next = null;
    await this.#ask([]);
  }

  async more(): Promise<void> {
    await this.#ask(this.entries ?? []);
  }

  show(isOnlyApproved: boolean): void {
    this.isOnlyApproved = isOnlyApproved;
    void this.load();
  }

  async #ask(before: AuditEntry[]): Promise<void> {
    const { isOnlyApproved } = this;
    const cursor = this.#next === null ? '' : `&cursor=${encodeURIComponent(this.#next)}`;
    const outcome = await request<List<AuditEntry>>(`audit?limit=${A_PAGE}${isOnlyApproved ? '&approved=true' : ''}${cursor}`);
    if (outcome.kind !== 'ok' || isOnlyApproved !== this.isOnlyApproved) return;
    this.entries = [...before, ...outcome.value.items];
    this.#next = outcome.value.next_cursor;
    this.hasMore = this.#next !== null;
  }
}

export const audit = new Audit();
