/** The menu on screen: asked for once, and again whenever the box says that it changed. */
import { request, type Problem } from '$ui/api/client.ts';
import type { Catalog, Product } from '$ui/api/types.ts';
import { branch } from '../../branch/branch.svelte.ts';
import { EMPTY_MENU, menuOf, popularFirst, type Menu } from './menu.ts';
import { found } from './search.ts';

/** The category that is none: what sells most. */
export const POPULAR = 'popular';

type Loading = { kind: 'loading' } | { kind: 'here' } | { kind: 'failed'; problem: Problem | null };

class MenuStore {
  loading = $state.raw<Loading>({ kind: 'loading' });
  menu = $state.raw<Menu>(EMPTY_MENU);
  category = $state(POPULAR);
  typed = $state('');
  /** As many as the grid shows without scrolling. */
  room = $state(16);

  #popular = $state.raw<string[]>([]);
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
      this.menu = menuOf(catalog.value);
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

  show(category: string): void {
    this.category = category;
    this.typed = '';
  }
}

export const menu = new MenuStore();
