import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const SOURCES = [resolve(import.meta.dirname, '..'), resolve(import.meta.dirname, '../../../shared/ui')];
const NOT_SOURCES = /(^|\/)(dist|node_modules|compiled|build|cache|\.[^/]*)(\/|$)/;

/**
 * The version of the screens: a digest of their sources. A page knows its own as `__UI_VERSION__`; the daemon reads
 * `dist/version` and tells pages which one it serves, so that an old page can load itself anew.
 */
export function version(): Plugin {
  const digest = digestOf(SOURCES.flatMap(filesOf));
  return {
    name: 'comanda:version',
    config: () => ({ define: { __UI_VERSION__: JSON.stringify(digest) } }),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'version', source: digest });
    },
  };
}

function filesOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => !NOT_SOURCES.test(file));
  return files.map((file) => join(folder, file)).filter((file) => statSync(file).isFile());
}

function digestOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
