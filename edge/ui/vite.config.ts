import { resolve } from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { digest } from './build/digest.mjs';
import { engines } from './build/engines.ts';
import { lateStyles } from './build/late-styles.ts';
import { messages } from './build/messages.ts';
import { mounted } from './build/mounted.ts';

const here = import.meta.dirname;

/** What every screen is built with; which one, `build/all.mjs` says. */
export default defineConfig({
  root: here,
  define: { __UI_VERSION__: JSON.stringify(digest()) },
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './messages/compiled',
      strategy: ['localStorage', 'baseLocale'],
      emitTsDeclarations: true,
      // One file a message, also while testing: `build/messages.ts` reads them.
      outputStructure: 'message-modules',
    }),
    messages(),
    mounted(),
    lateStyles(),
    svelte(),
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
    rolldownOptions: { optimization: { inlineConst: { mode: 'all', pass: 3 } } },
  },
  server: { proxy: { '/api': { target: process.env.COMANDA_ADDRESS ?? 'http://127.0.0.1:8080', ws: true } } },
});
