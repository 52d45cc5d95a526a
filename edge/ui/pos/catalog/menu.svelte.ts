/** The menu on screen: asked for once, and again whenever the box says that it changed. */
import { request, type Problem } from '$ui/api/client.ts';
import type { Catalog, Product, Stockout } from '$ui/api/types.ts';
import { branch } from '../../branch/branch.svelte.ts';
import { EMPTY_MENU, menuOf, NOTHING_OUT, popularFirst, todayOf, type Menu, type Today } from './menu.ts';
import { found } from './search.ts';

/** The category that is none: what sells most. */
export const POPULAR = 'popular';

/** Timers of browsers hold no more than 24 days; nothing is out that long without another look. */
const LONGEST_WAIT_MS = 3_600_000;

type Loading = { kind: 'loading' } | { kind: 'here' } | { kind: 'failed'; problem: Problem | null };

class MenuStore {
  loading = $state.raw<Loading>({ kind: 'loading' });
  category = $state(POPULAR);
  typed = $state('');
  /** As many as the grid shows without scrolling. */
  room = $state(16);

  /** What ran out or is counted. */
  today = $state.raw<Today>(NOTHING_OUT);
  #catalog = $state.raw<Catalog | null>(null);
  readonly menu: Menu = $derived(this.#catalog === null ? EMPTY_MENU : menuOf(this.#catalog, this.today));

  #popular = $state.raw<string[]>([]);
  #nextEnd: ReturnType<typeof setTimeout> | undefined;
  #version: number | null = null;

  /** What the grid shows. */
  readonly products: Product[] = $derived.by(() => {
    if (this.typed.trim() !== '') return found(this.menu.products.values(), this.typed);
    if (this.category === POPULAR) return popularFirst(this.menu, this.#popular, this.room);
    return this.menu.categories.find(({ id }) => id === this.category)?.products ?? [];
  });

  async load(): Promise<void> {
    const [catalog, popular] = await Promise.all([
      request<Catalog>('catalog'),
      request<{ items: { sku: string }[] }>('products/popular?limit=30'),
    ]);
    if (popular.kind === 'ok') this.#popular = popular.value.items.map(({ sku }) => sku);
    if (catalog.kind === 'ok') {
      this.#catalog = catalog.value;
      this.loading = { kind: 'here' };
      if (!this.menu.categories.some(({ id }) => id === this.category)) this.category = POPULAR;
    } else if (this.loading.kind !== 'here') {
      this.loading = { kind: 'failed', problem: catalog.kind === 'refused' ? catalog.problem : null };
    }
  }

  /** The box has this version of the menu now. */
  changed(version: number): void {
    const known = this.#version ?? branch.info?.catalog_version;
    this.#version = version;
    if (known !== version) void this.load();
  }

  /** What the box says ran out; `now` by its clock. What is back at a time is back without being told. */
  ranOut(stockouts: readonly Stockout[], now: () => number): void {
    clearTimeout(this.#nextEnd);
    const { today, until } = todayOf(stockouts, now());
    this.today = today;
    if (until !== null) this.#nextEnd = setTimeout(() => this.ranOut(stockouts, now), Math.min(until - now(), LONGEST_WAIT_MS));
  }

  show(category: string): void {
    this.category = category;
    this.typed = '';
  }
}

export const menu = new MenuStore();
