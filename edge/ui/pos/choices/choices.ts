/** Choosing modifiers of a product: what is chosen at first, what a tap does, what is still to be chosen. */
import type { ModifierGroup } from '$ui/api/types.ts';

/** How many may be chosen of something, for the words beside it. */
export type Rule =
  | { kind: 'exactly'; count: number }
  | { kind: 'between'; min: number; max: number }
  | { kind: 'at_least'; min: number }
  | { kind: 'up_to'; max: number };

interface Choosable { min: number; max: number }

export function ruleOf({ min, max }: Choosable, offered: number): Rule {
  const most = mostOf({ min, max }, offered);
  if (min === most) return { kind: 'exactly', count: min };
  if (min === 0) return { kind: 'up_to', max: most };
  return most === offered && max === 0 ? { kind: 'at_least', min } : { kind: 'between', min, max: most };
}

/** `max` 0 stands for as many as there are. */
export function mostOf({ max }: Choosable, offered: number): number {
  return max === 0 ? offered : max;
}

export function defaultsOf(groups: ModifierGroup[]): string[] {
  return groups.flatMap(({ modifiers }) => modifiers.filter((modifier) => modifier.default === true && modifier.active !== false)).map(({ sku }) => sku);
}

/** After a tap on a modifier: where one is allowed it takes the other's place, where no more are allowed nothing happens. */
export function toggled(group: ModifierGroup, chosen: string[], sku: string): string[] {
  const ofGroup = chosenOf(group, chosen);
  const most = mostOf(group, group.modifiers.length);
  if (chosen.includes(sku)) return most === 1 && group.min === 1 ? chosen : chosen.filter((other) => other !== sku);
  if (most === 1) return [...chosen.filter((other) => !ofGroup.includes(other)), sku];
  return ofGroup.length < most ? [...chosen, sku] : chosen;
}

export function chosenOf(group: ModifierGroup, chosen: string[]): string[] {
  return chosen.filter((sku) => group.modifiers.some((modifier) => modifier.sku === sku));
}

/** The groups of which too little is chosen. */
export function lacking(groups: ModifierGroup[], chosen: string[]): ModifierGroup[] {
  return groups.filter((group) => chosenOf(group, chosen).length < group.min);
}

/** Those that must be chosen from come first. */
export function requiredFirst(groups: ModifierGroup[]): ModifierGroup[] {
  return [...groups.filter(({ min }) => min > 0), ...groups.filter(({ min }) => min === 0)];
}
