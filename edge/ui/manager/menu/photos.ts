/** Photos of products: made smaller where the box would refuse them, kept, and taken along with a menu's file. */
import type { Catalog, Product } from '$ui/api/types.ts';

/** What the box reads. */
export const KINDS = ['image/jpeg', 'image/png', 'image/webp'];
const MOST_BYTES = 5 * 1024 * 1024;
/** Longer sides are not sent: the box keeps 1280 of them. */
const LONGEST_SIDE = 2_000;
const DEADLINE_MS = 60_000;

/** What became of a photo: kept under this name, refused in the box's words, or nobody knows. */
export type Kept = { kind: 'kept'; picture: string } | { kind: 'refused'; words: string } | { kind: 'unreachable' };

export function pictureUrl(picture: string, size: 'small' | 'medium' | 'large'): string {
  return `/api/v1/media/${picture}/${size}`;
}

/** Whether a photo goes as it is: telephones make them of more bytes than the box takes, and some in shapes of their own. */
export function goesAsItIs({ size, type }: { size: number; type: string }): boolean {
  return size <= MOST_BYTES && KINDS.includes(type);
}

export async function keepPhoto(photo: Blob): Promise<Kept> {
  const body = goesAsItIs(photo) ? photo : await smaller(photo);
  const headers = { 'content-type': KINDS.includes(body.type) ? body.type : 'image/jpeg' };
  const answer = await fetch('/api/v1/media', { method: 'POST', headers, body, signal: AbortSignal.timeout(DEADLINE_MS) }).catch(() => null);
  if (answer === null) return { kind: 'unreachable' };
  const said: unknown = await answer.json().catch(() => null);
  if (typeof said !== 'object' || said === null) return { kind: 'unreachable' };
  if (answer.ok && 'picture' in said && typeof said.picture === 'string') return { kind: 'kept', picture: said.picture };
  return { kind: 'refused', words: 'message' in said && typeof said.message === 'string' ? said.message : '' };
}

/** The photo as this browser reads it, of fewer pixels; where it reads none, as it came: the box says why it does not take it. */
async function smaller(photo: Blob): Promise<Blob> {
  try {
    const bitmap = await createImageBitmap(photo, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return await new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? photo), 'image/jpeg', 0.9));
  } catch {
    return photo;
  }
}

/** A menu's file with the photos it names, each as a `data:` address of its largest size. */
export interface PicturedFile extends Catalog { pictures: Record<string, string> }

/** The names of all pictures of a menu, each once. */
export function picturesOf(file: Catalog): string[] {
  const named = file.categories.flatMap(({ products }) => products.flatMap(({ picture }) => picture ?? []));
  return [...new Set(named)];
}

/** The menu with other names for its pictures; a product whose picture has none is without. */
export function renamed(file: Catalog, names: ReadonlyMap<string, string>): Catalog {
  const product = ({ picture, ...rest }: Product): Product => {
    const name = picture === undefined ? undefined : names.get(picture);
    return name === undefined ? rest : { ...rest, picture: name };
  };
  return { ...file, categories: file.categories.map((category) => ({ ...category, products: category.products.map(product) })) };
}

/** The menu's file with its photos in it, for another branch; what the box does not have is left out. */
export async function withPhotos(file: Catalog): Promise<PicturedFile> {
  const pictures: Record<string, string> = {};
  for (const picture of picturesOf(file)) {
    const answer = await fetch(pictureUrl(picture, 'large')).catch(() => null);
    if (answer?.ok === true) pictures[picture] = await asData(await answer.blob());
  }
  return { ...file, pictures };
}

/** Keeps the photos that stand in a file, and gives the menu as it names them here; what stands in no such file is left as it is. */
export async function unpacked(file: unknown): Promise<{ kind: 'menu'; file: unknown } | Exclude<Kept, { kind: 'kept' }>> {
  if (!isPictured(file)) return { kind: 'menu', file };
  const { pictures, ...menu } = file;
  const names = new Map<string, string>();
  for (const [name, data] of Object.entries(pictures)) {
    const photo = await blobOf(data);
    const kept: Kept = photo === null ? { kind: 'unreachable' } : await keepPhoto(photo);
    if (kept.kind !== 'kept') return kept;
    names.set(name, kept.picture);
  }
  return { kind: 'menu', file: renamed(menu, names) };
}

export function isPictured(file: unknown): file is PicturedFile {
  if (typeof file !== 'object' || file === null || !('pictures' in file) || !('categories' in file)) return false;
  const { pictures, categories } = file;
  const isMap = typeof pictures === 'object' && pictures !== null && Object.values(pictures).every((data) => typeof data === 'string' && data.startsWith('data:image/'));
  return isMap && Array.isArray(categories) && categories.every((category: unknown) => typeof category === 'object' && category !== null && 'products' in category && Array.isArray(category.products));
}

/** A page of ours may ask no address but its own, so that a `data:` address is read by hand. */
async function blobOf(data: string): Promise<Blob | null> {
  const [head, body] = data.split(',', 2);
  const type = /^data:([a-z/]+);base64$/.exec(head ?? '')?.[1];
  if (type === undefined || body === undefined) return null;
  try {
    return new Blob([Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))], { type });
  } catch {
    return null;
  }
}

function asData(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the photo could not be read'));
    reader.readAsDataURL(blob);
  });
}
