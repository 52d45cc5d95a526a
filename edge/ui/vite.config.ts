import { resolve } from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { engines } from './build/engines.ts';
import { version } from './build/version.ts';

const here = import.meta.dirname;

/** The screens a branch serves, one entry each: `dist/<screen>/index.html` and hashed files in `dist/assets`. */
const screens = ['start', 'pos', 'kitchen', 'board', 'expo', 'manager', 'docs'];

export default defineConfig({
  root: here,
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './messages/compiled',
      strategy: ['localStorage', 'baseLocale'],
      emitTsDeclarations: true,
    }),
    svelte(),
    version(),
    engines(),
    compressed(),
  ],
  resolve: {
    alias: { $messages: resolve(here, 'messages/compiled/messages.js'), $ui: resolve(here, '../../shared/ui') },
  },
  build: {
    // Televisions of 2022 have Chrome 87; tablets with Safari begin at 16.4. Both know ES2022 as far as it is used here
    // (`build/engines.ts` holds it to that); naming the engines would lower private fields for an old fault of theirs
    // that concerns static fields alone, at 4 KB.
    target: 'es2022',
    cssTarget: ['chrome87', 'safari16.4'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: Object.fromEntries(screens.map((screen) => [screen, resolve(here, screen, 'index.html')])),
    },
  },
  server: { proxy: { '/api': { target: process.env.COMANDA_ADDRESS ?? 'http://127.0.0.1:8080', ws: true } } },
});
