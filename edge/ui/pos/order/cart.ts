/** The order before it is sent: what was tapped together. Nothing here is money that anybody pays; the box computes that. */
import type { Product } from '$ui/api/types.ts';
import { priceOf, type Menu, type Service } from '../catalog/menu.ts';
import { addsOf, groupsOf, type Part } from '../choices/combo.ts';

export interface CartLine {
  id: string;
  sku: string;
  /** As it was when it was tapped, for a product that leaves the menu meanwhile. */
  name: string;
  quantity: number;
  modifiers: string[];
  parts: Part[];
  notes: string;
  /** When in the meal it is eaten; 0 for as it comes. From the second on the kitchen waits until somebody fires it. */
  course: number;
}

export interface Cart {
  service: Service;
  table: string;
  /** The guest's card, where the branch knows them; empty otherwise. */
  customer: string;
  customerName: string;
  customerPhone: string;
  address: string;
  notes: string;
  /** When it is wanted, as an instant; empty for as soon as can be. */
  wantedAt: string;
  lines: CartLine[];
}

/** What can be added: a line without its place in the cart. */
export type Wanted = Omit<CartLine, 'id' | 'name' | 'notes' | 'course'> & { notes?: string };

/** The most of one product in one line that the box takes. */
export const MOST_OF_A_LINE = 1_000;

export function emptyCart(service: Service = 'counter'): Cart {
  return { service, table: '', customer: '', customerName: '', customerPhone: '', address: '', notes: '', wantedAt: '', lines: [] };
}

/** Adds to the line that is the same already, or after the others. The second is the line it went to. */
export function withWanted(cart: Cart, wanted: Wanted, product: Product, id: string): [Cart, string] {
  const notes = wanted.notes ?? '';
  const same = notes === '' ? cart.lines.find((line) => line.notes === '' && line.course === 0 && isSame(line, wanted)) : undefined;
  if (same !== undefined) return [withQuantity(cart, same.id, same.quantity + wanted.quantity), same.id];
  const line: CartLine = { id, sku: wanted.sku, name: product.name, quantity: wanted.quantity, modifiers: wanted.modifiers, parts: wanted.parts, notes, course: 0 };
  return [{ ...cart, lines: [...cart.lines, line] }, id];
}

/** None left takes the line away. */
export function withQuantity(cart: Cart, id: string, quantity: number): Cart {
  if (quantity <= 0) return { ...cart, lines: cart.lines.filter((line) => line.id !== id) };
  return withLine(cart, id, { quantity: Math.min(quantity, MOST_OF_A_LINE) });
}

export function withLine(cart: Cart, id: string, change: Partial<CartLine>): Cart {
  return { ...cart, lines: cart.lines.map((line) => (line.id === id ? { ...line, ...change } : line)) };
}

/** The first course goes out as it comes; what follows waits until it is fired. */
export function isHeld({ course }: Pick<CartLine, 'course'>): boolean {
  return course > 1;
}

export function countOf(cart: Cart, sku: string): number {
  return cart.lines.reduce((count, line) => (line.sku === sku ? count + line.quantity : count), 0);
}

export function unitsOf(cart: Cart): number {
  return cart.lines.reduce((count, { quantity }) => count + quantity, 0);
}

/** What is still to be said before this type of order can be sent. */
export function missingIn(cart: Cart): 'table' | 'address' | null {
  if (cart.service === 'dine_in' && cart.table.trim() === '') return 'table';
  if (cart.service === 'delivery' && cart.address.trim() === '') return 'address';
  return null;
}

/** Roughly what one of a line costs, to be shown until the box has said it. */
export function roughUnit(menu: Menu, line: Pick<CartLine, 'sku' | 'modifiers' | 'parts'>, service: Service): number {
  const product = menu.products.get(line.sku);
  if (product === undefined) return 0;
  const parts = line.parts.map((part) => {
    const slot = product.combo?.find(({ id }) => id === part.slot);
    return addsOf(slot, part.product) + modifiersPrice(menu.products.get(part.product), part.modifiers);
  });
  return priceOf(product, service) + modifiersPrice(product, line.modifiers) + sum(parts);
}

export function roughTotal(menu: Menu, cart: Cart): number {
  return sum(cart.lines.map((line) => roughUnit(menu, line, cart.service) * line.quantity));
}

function modifiersPrice(product: Product | undefined, chosen: string[]): number {
  const modifiers = groupsOf(product).flatMap((group) => group.modifiers);
  return sum(chosen.map((sku) => modifiers.find((modifier) => modifier.sku === sku)?.price ?? 0));
}

function isSame(line: CartLine, wanted: Wanted): boolean {
  return line.sku === wanted.sku && isSameSet(line.modifiers, wanted.modifiers) && isSameSet(line.parts.map(spelt), wanted.parts.map(spelt));
}

function spelt(part: Part): string {
  return JSON.stringify([part.slot, part.product, [...part.modifiers].sort()]);
}

function isSameSet(some: string[], others: string[]): boolean {
  return some.length === others.length && [...some].sort().join('\n') === [...others].sort().join('\n');
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
