import { gzipSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Text is served compressed; fonts and pictures are so already. */
const TEXT = /\.(html|js|css|svg|json)$/;

/** Writes `x.gz` beside every text file of the build, so that the daemon compresses nothing. */
export function compressed(): Plugin {
  return {
    name: 'comanda:compressed',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error('the build has no folder');
      for (const file of Object.keys(bundle).filter((file) => TEXT.test(file)).map((file) => join(dir, file))) {
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}
