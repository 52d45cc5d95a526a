/** The menu as it is sold from, and changes of it: each is one new version, made on the newest. */
import { request, type Outcome, type Problem } from '$ui/api/client.ts';
import type { Catalog, CatalogInUse } from '$ui/api/types.ts';
import type { Edit } from './edits.ts';

export type Told = { kind: 'done' } | { kind: 'overtaken' } | { kind: 'refused'; problem: Problem } | { kind: 'unreachable' };

/** Somebody else was faster so often: something is wrong. */
const MOST_TRIES = 4;

class Menu {
  inUse = $state.raw<CatalogInUse | null>(null);
  /** There is none yet. */
  isMissing = $state(false);

  get file(): Catalog | null {
    return this.inUse?.file ?? null;
  }

  async load(): Promise<Outcome<CatalogInUse>> {
    const outcome = await request<CatalogInUse>('settings/catalog');
    if (outcome.kind === 'ok') this.inUse = outcome.value;
    this.isMissing = outcome.kind === 'refused' && outcome.problem.code === 'catalog.missing';
    return outcome;
  }

  /** Makes a change on the newest version, again when another one came in between. */
  async change(edit: Edit): Promise<Told> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.load();
      if (found.kind !== 'ok') return found;
      const changed = edit(found.value.file);
      if (changed === null) return { kind: 'overtaken' };
      const outcome = await this.#put(changed, found.value.version);
      if (outcome.kind !== 'refused' || outcome.problem.code !== 'catalog.version_conflict') return told(outcome);
    }
    return { kind: 'overtaken' };
  }

  /** A first menu, or one from a file: all of it or nothing. */
  async begin(file: unknown): Promise<Told> {
    const outcome = await request('products/bulk-import', { body: file });
    await this.load();
    return told(outcome);
  }

  async #put(file: Catalog, version: number): Promise<Outcome<CatalogInUse>> {
    const outcome = await request<CatalogInUse>('settings/catalog', { method: 'PUT', version, body: file });
    if (outcome.kind === 'ok') this.inUse = outcome.value;
    return outcome;
  }
}

function told(outcome: Outcome<unknown>): Told {
  return outcome.kind === 'ok' ? { kind: 'done' } : outcome;
}

export const menu = new Menu();
