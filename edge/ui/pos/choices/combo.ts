/** Choosing the parts of a combo. */
import type { ComboSlot, Product } from '$ui/api/types.ts';
import { isSold, type Menu } from '../catalog/menu.ts';
import { defaultsOf, lacking, mostOf } from './choices.ts';

/** One product chosen for a slot, with the modifiers it was given. */
export interface Part { slot: string; product: string; modifiers: string[] }

/** Where there is nothing to decide, it is chosen already. */
export function firstParts(slots: ComboSlot[], menu: Menu): Part[] {
  return slots.flatMap((slot) => {
    const only = slot.choices.filter(({ sku }) => isSold(menu, sku));
    const [choice] = only;
    if (choice === undefined || only.length > 1) return [];
    return Array.from({ length: slot.min }, () => partOf(slot, choice.sku, menu));
  });
}

/** After a tap on a choice: the only one of a slot takes the place of the other; of several one more is added while there is room. */
export function withChoice(slot: ComboSlot, parts: Part[], sku: string, menu: Menu): Part[] {
  const most = mostOf(slot, Infinity);
  const ofSlot = partsOf(slot, parts);
  if (most === 1) {
    if (ofSlot.some(({ product }) => product === sku)) return slot.min === 0 ? parts.filter(({ slot: id }) => id !== slot.id) : parts;
    return [...parts.filter(({ slot: id }) => id !== slot.id), partOf(slot, sku, menu)];
  }
  return ofSlot.length < most ? [...parts, partOf(slot, sku, menu)] : parts;
}

export function partsOf(slot: ComboSlot, parts: Part[]): Part[] {
  return parts.filter(({ slot: id }) => id === slot.id);
}

/** The slots that are not filled, or of which a part still lacks a choice. */
export function lackingSlots(slots: ComboSlot[], parts: Part[], menu: Menu): ComboSlot[] {
  return slots.filter((slot) => {
    const ofSlot = partsOf(slot, parts);
    return ofSlot.length < slot.min || ofSlot.some((part) => lacking(groupsOf(menu.products.get(part.product)), part.modifiers).length > 0);
  });
}

/** What a choice adds to the combo's price. */
export function addsOf(slot: ComboSlot | undefined, sku: string): number {
  return slot?.choices.find((choice) => choice.sku === sku)?.price ?? 0;
}

export function groupsOf(product: Product | undefined) {
  return product?.modifier_groups ?? [];
}

function partOf(slot: ComboSlot, sku: string, menu: Menu): Part {
  return { slot: slot.id, product: sku, modifiers: defaultsOf(groupsOf(menu.products.get(sku))) };
}
