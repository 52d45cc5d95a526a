/** What survives a reload of the page: the carts, and the request that may or may not have reached the box. */
import type { Cart, CartLine } from './cart.ts';
import { emptyCart } from './cart.ts';

/** Lines to be added to an order that was sent before. */
export interface Addition { order: string; number: string; cart: Cart }

/** A command on its way, exactly as it is sent, and sent again, under its one key. */
export interface Pending { key: string; path: string; body: unknown; madeAt: number }

export interface Kept { draft: Cart; addition: Addition | null; pending: Pending | null }

const PLACE = 'comanda.pos.cart.1';

export function keep(kept: Kept): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // A full or forbidden storage takes no cart; the one on screen goes on.
  }
}

export function kept(): Kept {
  const nothing = { draft: emptyCart(), addition: null, pending: null };
  try {
    const text = localStorage.getItem(PLACE);
    const found: unknown = text === null ? null : JSON.parse(text);
    return isKept(found) ? { ...nothing, ...found, draft: whole(found.draft) } : nothing;
  } catch {
    return nothing;
  }
}

/** A cart that was kept before lines had courses. */
function whole(draft: Cart): Cart {
  return { ...emptyCart(), ...draft, lines: draft.lines.map((line) => ({ ...line, course: (line as Partial<CartLine>).course ?? 0 })) };
}

function isKept(value: unknown): value is Kept {
  const lines = (value as Partial<Kept> | null)?.draft?.lines;
  return Array.isArray(lines) && lines.every((line) => typeof line.sku === 'string' && Array.isArray(line.parts) && Array.isArray(line.modifiers));
}
