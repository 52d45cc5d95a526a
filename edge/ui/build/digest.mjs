import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = [resolve(import.meta.dirname, '..'), resolve(import.meta.dirname, '../../../shared/ui')];
const NOT_SOURCES = /(^|\/)(dist|node_modules|compiled|build|cache|\.[^/]*)(\/|$)/;

/**
 * The version of the screens: a digest of their sources. A page knows its own as `__UI_VERSION__`; the daemon reads
 * `dist/version` and tells pages which one it serves, so that an old page can load itself anew.
 *
 * @returns {string}
 */
export function digest() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf).sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

/** @param {string} folder */
function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => !NOT_SOURCES.test(file));
  return files.map((file) => join(folder, file)).filter((file) => statSync(file).isFile());
}
