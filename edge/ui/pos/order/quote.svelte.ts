/** Asks the box what the cart costs, a moment after its last change. */
import { request, type Problem } from '$ui/api/client.ts';
import type { Quote } from '$ui/api/types.ts';
import { menu } from '../catalog/menu.svelte.ts';
import { carts } from './cart.svelte.ts';
import { faultsOf, pricedOf, sumsOf, type Quoted, type Sums } from './quote.ts';
import { orderOf } from './request.ts';

const PAUSE_MS = 120;
/** While the box does not answer. */
const AGAIN_MS = 3_000;

class Quoting {
  #quoted = $state.raw<Quoted | null>(null);
  #refusal = $state.raw<{ problem: Problem; ids: string[]; priced: string } | null>(null);
  readonly #priced: string = $derived(pricedOf(carts.cart));

  readonly sums: Sums = $derived(sumsOf(carts.cart, menu.menu, this.#quoted));
  /** What the box refuses about this very cart. */
  readonly refusal: Problem | null = $derived(this.#refusal?.priced === this.#priced ? this.#refusal.problem : null);
  readonly faults: Map<string, string> = $derived(
    faultsOf(carts.cart, menu.menu, this.#refusal?.priced === this.#priced ? this.#refusal : null),
  );

  /** To be called in an effect: asks again whenever what has a price changes, or the menu does. */
  follow(): () => void {
    const priced = this.#priced;
    void menu.menu;
    const cart = carts.cart;
    if (cart.lines.length === 0) {
      this.#quoted = null;
      this.#refusal = null;
      return () => {};
    }
    const abort = new AbortController();
    let timer = setTimeout(ask, PAUSE_MS);
    const ids = cart.lines.map(({ id }) => id);
    const told = (quoted: Quoted | null, refusal: Problem | null) => {
      if (quoted !== null) this.#quoted = quoted;
      this.#refusal = refusal === null ? null : { problem: refusal, ids, priced };
    };
    async function ask(): Promise<void> {
      const { type, channel, lines } = orderOf(cart);
      const outcome = await request<Quote>('orders/quote', { body: { type, channel, lines }, signal: abort.signal });
      if (abort.signal.aborted) return;
      if (outcome.kind === 'ok') told({ quote: outcome.value, ids, priced }, null);
      else if (outcome.kind === 'refused' && outcome.problem.status < 500) told(null, outcome.problem);
      else timer = setTimeout(ask, AGAIN_MS);
    }
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }
}

export const quoting = new Quoting();
