/** What a tap on a product does, or a code that was read. */
import * as m from '$messages';
import type { Product } from '$ui/api/types.ts';
import { choosing } from '../choices/choosing.svelte.ts';
import { defaultsOf } from '../choices/choices.ts';
import { carts } from '../order/cart.svelte.ts';
import { sending } from '../order/sending.svelte.ts';
import { toasts } from '../toast/toasts.svelte.ts';
import { asksFirst } from './menu.ts';
import { menu } from './menu.svelte.ts';
import { withCode } from './search.ts';

export function tapped(product: Product): void {
  if (product.active === false) return toasts.say(m.pos_product_off({ name: product.name }));
  if (carts.pending !== null) return toasts.say(m.pos_cart_frozen());
  sending.dismissSent();
  sending.forgetRefusal();
  if (asksFirst(product)) choosing.askFor(product);
  else carts.add({ sku: product.sku, quantity: 1, modifiers: defaultsOf(product.modifier_groups ?? []), parts: [] }, product);
}

export function codeRead(code: string): void {
  const product = withCode(menu.menu.products.values(), code);
  if (product === undefined) toasts.say(m.pos_code_unknown({ code }));
  else tapped(product);
}
