/** The cart on screen: that of the new order, or of lines for an order already sent, which leaves the new one as it was. */
import { newKey } from '$ui/api/client.ts';
import type { Product } from '$ui/api/types.ts';
import type { Service } from '../catalog/menu.ts';
import { emptyCart, withLine, withQuantity, withWanted, type Cart, type CartLine, type Wanted } from './cart.ts';
import { keep, kept, type Addition, type Pending } from './kept.ts';

const before = kept();

class CartStore {
  draft = $state.raw<Cart>(before.draft);
  addition = $state.raw<Addition | null>(before.addition);
  /** While this waits for its answer nothing in the cart changes. */
  pending = $state.raw<Pending | null>(before.pending);
  /** The line whose controls are open. */
  selected = $state<string | null>(null);

  readonly cart: Cart = $derived(this.addition?.cart ?? this.draft);

  get isEmpty(): boolean {
    return this.cart.lines.length === 0;
  }

  /** The line it went to, or null when the cart is on its way and takes nothing. */
  add(wanted: Wanted, product: Product): string | null {
    if (this.pending !== null) return null;
    const [cart, line] = withWanted(this.cart, wanted, product, newKey());
    this.#set(cart);
    this.selected = line;
    return line;
  }

  setQuantity(id: string, quantity: number): void {
    this.#set(withQuantity(this.cart, id, quantity));
    if (quantity <= 0 && this.selected === id) this.selected = null;
  }

  changeLine(id: string, change: Partial<CartLine>): void {
    this.#set(withLine(this.cart, id, change));
  }

  change(change: Partial<Omit<Cart, 'lines' | 'service'>>): void {
    this.#set({ ...this.cart, ...change });
  }

  serve(service: Service): void {
    this.#set({ ...this.cart, service });
  }

  /** Gives the cart as it was, for taking it back. */
  clear(): Cart {
    const was = this.cart;
    this.#set(this.addition === null ? emptyCart(was.service) : { ...was, lines: [] });
    this.selected = null;
    return was;
  }

  restore(cart: Cart): void {
    this.#set(cart);
  }

  beginAddition(addition: Omit<Addition, 'cart'>, service: Service): void {
    if (this.pending !== null) return;
    this.addition = { ...addition, cart: emptyCart(service) };
    this.selected = null;
    this.#keep();
  }

  /** Goes on with a cart that was sent and refused. */
  takeUp(cart: Cart, addition: Omit<Addition, 'cart'> | null): void {
    if (this.pending !== null || !this.isEmpty) return;
    if (addition === null) [this.draft, this.addition] = [cart, null];
    else this.addition = { ...addition, cart };
    this.selected = null;
    this.#keep();
  }

  endAddition(): void {
    this.addition = null;
    this.selected = null;
    this.#keep();
  }

  setPending(pending: Pending | null): void {
    this.pending = pending;
    this.#keep();
  }

  /** The box has it: the next begins afresh at the counter. */
  taken(): void {
    if (this.addition === null) this.draft = emptyCart();
    else this.addition = null;
    this.pending = null;
    this.selected = null;
    this.#keep();
  }

  #set(cart: Cart): void {
    if (this.pending !== null) return;
    if (this.addition === null) this.draft = cart;
    else this.addition = { ...this.addition, cart };
    this.#keep();
  }

  #keep(): void {
    keep({ draft: this.draft, addition: this.addition, pending: this.pending });
  }
}

export const carts = new CartStore();
