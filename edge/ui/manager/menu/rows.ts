/** Rows of the menu's file as the sheets handle them. */
import * as m from '$messages';
import type { ModifierGroup, Product } from '$ui/api/types.ts';
import { keyOf } from './edits.ts';
import type { Told } from './menu.svelte.ts';

/** One key stands alone in the file, several as a list. */
export function listOf(keys: Product['station']): string[] {
  return typeof keys === 'string' ? [keys] : keys;
}

export function oneOrMany(keys: string[]): Product['station'] {
  const [only, ...more] = keys;
  return only !== undefined && more.length === 0 ? only : keys;
}

export function newGroup(groups: readonly ModifierGroup[], name: string): ModifierGroup {
  return { id: keyOf(name, new Set(groups.map(({ id }) => id))), name, min: 0, max: 1, modifiers: [] };
}

/** A modifier's key is its own in the whole product. */
export function newModifier(groups: readonly ModifierGroup[], name: string): ModifierGroup['modifiers'][number] {
  const taken = new Set(groups.flatMap(({ modifiers }) => modifiers.map(({ sku }) => sku)));
  return { sku: keyOf(name, taken), name, price: 0 };
}

/** Why a change was not made, in words; nothing when it was. */
export function troubleOf(told: Told): string {
  switch (told.kind) {
    case 'done': return '';
    case 'overtaken': return m.menu_overtaken();
    case 'unreachable': return m.manager_silent();
    case 'refused': return told.problem.errors[0]?.detail ?? told.problem.message;
  }
}
