import { gzipSync } from 'node:zlib';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Text is served compressed; fonts and pictures are so already. */
const TEXT = /\.(html|js|css|svg|json)$/;

/** Writes `x.gz` beside every text file of the build, so that the daemon compresses nothing. */
export function compressed(): Plugin {
  return {
    name: 'comanda:compressed',
    apply: 'build',
    writeBundle({ dir }) {
      if (dir === undefined) throw new Error('the build has no folder');
      const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => TEXT.test(file));
      for (const file of files.map((file) => join(dir, file))) {
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}
