/** `2`, `1,5`: as a cook reads it. */
export function quantityOf(quantity: number): string {
  return String(quantity).replace('.', ',');
}

/** `Sin cebolla` → `sin cebolla`; `BBQ` and `3 quesos` stay. */
export function inALine(name: string): string {
  const [first, second] = [name.charAt(0), name.charAt(1)];
  return second === second.toLowerCase() ? first.toLowerCase() + name.slice(1) : name;
}
