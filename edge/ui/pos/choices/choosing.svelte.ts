/** What is being chosen: options of a product that is to be added, or of a line that is in the cart. */
import type { Product } from '$ui/api/types.ts';
import { menu } from '../catalog/menu.svelte.ts';
import { carts } from '../order/cart.svelte.ts';
import type { CartLine } from '../order/cart.ts';
import { defaultsOf } from './choices.ts';
import { firstParts, type Part } from './combo.ts';

export interface Chosen { modifiers: string[]; parts: Part[] }
export interface Asked { product: Product; line: CartLine | null; start: Chosen }

class Choosing {
  asked = $state.raw<Asked | null>(null);
  /** What was chosen last for each product, for «igual que el anterior». */
  #last = new Map<string, Chosen>();

  askFor(product: Product): void {
    const start = { modifiers: defaultsOf(product.modifier_groups ?? []), parts: firstParts(product.combo ?? [], menu.menu) };
    this.asked = { product, line: null, start };
  }

  change(line: CartLine): void {
    const product = menu.menu.products.get(line.sku);
    if (product !== undefined) this.asked = { product, line, start: { modifiers: line.modifiers, parts: line.parts } };
  }

  last(sku: string): Chosen | undefined {
    return this.#last.get(sku);
  }

  close(): void {
    this.asked = null;
  }

  done(chosen: Chosen, quantity: number): void {
    if (this.asked === null) return;
    const { product, line } = this.asked;
    this.#last.set(product.sku, chosen);
    if (line === null) carts.add({ sku: product.sku, quantity, ...chosen }, product);
    else carts.changeLine(line.id, { ...chosen, quantity });
    this.close();
  }
}

export const choosing = new Choosing();
