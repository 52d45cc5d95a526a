/**
 * Builds the screens a branch serves, each by itself: `dist/<screen>/index.html` and hashed files in `dist/assets`.
 *
 * Built together, screens would share one file of what any two of them need, and each would load what only the others
 * use of it. What the guests' menu is made of lies in `dist/menu/assets`: their door gives away nothing else. The version is written when all are there: a build that broke off is no build.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'vite';
import { digest } from './digest.mjs';

const here = resolve(import.meta.dirname, '..');
const screens = ['start', 'pos', 'kitchen', 'board', 'expo', 'menu', 'manager', 'docs'];

for (const [index, screen] of screens.entries()) {
  await build({
    root: here,
    configFile: resolve(here, 'vite.config.ts'),
    build: { emptyOutDir: index === 0, assetsDir: screen === 'menu' ? 'menu/assets' : 'assets', rolldownOptions: { input: { [screen]: resolve(here, screen, 'index.html') } } },
  });
}
writeFileSync(resolve(here, 'dist/version'), digest());
