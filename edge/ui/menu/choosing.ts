/** What is to be chosen with a product, in words. */
import * as m from '$messages';
import type { Menu } from '$ui/api/types.ts';

export type Product = Menu['categories'][number]['products'][number];
export type Choice = Product['choices'][number];

/** «Elige 1», «Elige de 1 a 3», «Hasta 2», «Opcional». */
export function ruleOf({ min, max, options }: Pick<Choice, 'min' | 'max' | 'options'>): string {
  const most = max === 0 ? options.length : max;
  if (min === 0) return most >= options.length ? m.guest_optional() : m.guest_up_to({ count: most });
  return min >= most ? m.guest_choose({ count: min }) : m.guest_choose_from({ min, max: most });
}
