import type { Plugin } from 'vite';

const HELPER = '\0vite/preload-helper.js';

/**
 * What a module that is loaded late waits for: its styles, each fetched once. Vite's own also guesses at what the module will
 * import and serves older engines and nonces, for five times the bytes. Whoever cannot have the styles is told so, and may ask again.
 */
const CODE = `
const begun = {};
function fetched(file) {
  const href = '/' + file;
  if (!file.endsWith('.css') || document.querySelector('link[href="' + href + '"]')) return begun[file];
  return begun[file] = new Promise((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.crossOrigin = '';
    link.href = href;
    link.onload = done;
    link.onerror = () => {
      link.remove();
      failed(new Error(file));
    };
    document.head.append(link);
  });
}
export const __vitePreload = (load, files) => Promise.all((files ?? []).map(fetched)).then(load);
`;

export function lateStyles(): Plugin {
  return {
    name: 'comanda:late-styles',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === HELPER ? { code: CODE, moduleSideEffects: false } : null),
    /** Were Vite to call its helper otherwise, ours would be silently gone. */
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && chunk.code.includes('vite:preloadError')) this.error(`${chunk.fileName} has Vite's own preload helper: see build/late-styles.ts`);
      }
    },
  };
}
