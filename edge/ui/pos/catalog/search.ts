/** Finding products by what somebody types: letters anywhere in the name, without accents, or a code. */
import type { Product } from '$ui/api/types.ts';

/** `Súper Perro «La Ñapa»` → `super perro la napa`. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** Those whose name holds every word that was typed, the ones that begin with it first; a code counts from its first letter. */
export function found(products: Iterable<Product>, typed: string): Product[] {
  const wanted = folded(typed);
  if (wanted === '') return [];
  const words = wanted.split(' ');
  const ranked: { product: Product; rank: number }[] = [];
  for (const product of products) {
    const name = folded(product.name);
    if (folded(product.sku).startsWith(wanted) || (product.barcode ?? '').startsWith(wanted)) ranked.push({ product, rank: 0 });
    else if (words.every((word) => name.includes(word))) ranked.push({ product, rank: name.startsWith(wanted) ? 1 : startsAWord(name, wanted) ? 2 : 3 });
  }
  return ranked.sort((one, other) => one.rank - other.rank).map(({ product }) => product);
}

/** The product whose bar code or sku this is, exactly. */
export function withCode(products: Iterable<Product>, code: string): Product | undefined {
  const wanted = code.trim().toLowerCase();
  for (const product of products) {
    if (product.barcode === wanted || product.sku.toLowerCase() === wanted) return product;
  }
  return undefined;
}

function startsAWord(name: string, wanted: string): boolean {
  return name.includes(` ${wanted}`);
}
