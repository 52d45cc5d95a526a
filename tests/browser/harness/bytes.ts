import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DIST = resolve(import.meta.dirname, '../../../edge/ui/dist');

/**
 * Bytes of script and style a screen loads before it shows anything, gzip: the page names its script
 * and, for preloading, everything that script imports at once.
 */
export function firstLoad(screen: string): number {
  const page = readFileSync(join(DIST, screen, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/((?:menu\/)?assets\/[^"]+\.(?:js|css))"/g)].map(([, name]) => name ?? '');
  const wanted = new Set(named);
  return [...wanted].reduce((sum, name) => sum + readFileSync(join(DIST, `${name}.gz`)).length, 0);
}
