import type { Plugin } from 'vite';

/** Ways of Svelte that no screen uses, where they are switched on, and the switch as it stands in the source. */
const NEVER: [file: RegExp, what: string, on: string][] = [
  [/svelte\/src\/internal\/client\/dom\/hydration\.js$/, 'hydrating', 'hydrating = value;'],
  [/svelte\/src\/internal\/flags\/index\.js$/, 'async_mode_flag', 'async_mode_flag = true;'],
  [/svelte\/src\/internal\/flags\/index\.js$/, 'legacy_mode_flag', 'legacy_mode_flag = true;'],
  [/svelte\/src\/internal\/flags\/index\.js$/, 'tracing_mode_flag', 'tracing_mode_flag = true;'],
];

/** The modules that switch them on: one among a screen's means that this plugin would break it. */
const SWITCHES = /svelte\/src\/internal\/flags\/(legacy|async|tracing)\.js$/;

/**
 * Our screens are mounted and never hydrated, and written in Svelte 5 alone; the runtime asks at run time. Told at build
 * time, the minifier drops all that serves only the other ways. A Svelte whose source no longer looks so stops the build.
 */
export function mounted(): Plugin {
  return {
    name: 'comanda:mounted',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      let told = code;
      for (const [file, what, on] of NEVER) {
        if (!file.test(id)) continue;
        const declared = `export let ${what} = false;`;
        if (!told.includes(declared) || !told.includes(on)) this.error(`Svelte's ${what} is no longer as build/mounted.ts knows it`);
        const asserted = on === 'hydrating = value;' ? `if (value) throw new Error('${what}');` : `throw new Error('${what}');`;
        told = told.replace(declared, `export const ${what} = false;`).replace(on, asserted).replace(`\t${what} = false;`, '');
      }
      return told === code ? null : { code: told, map: null };
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        const on = chunk.type === 'chunk' ? chunk.moduleIds.find((id) => SWITCHES.test(id)) : undefined;
        if (on !== undefined) this.error(`${chunk.fileName} has ${on}, which switches on what build/mounted.ts takes out`);
      }
    },
  };
}
