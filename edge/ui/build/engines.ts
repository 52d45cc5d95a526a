import type { Plugin } from 'vite';

/** What of ES2022 Chrome 87 does not know, as it stands in minified code; names of the language, so nothing else looks like it. */
const UNKNOWN: [string, RegExp][] = [
  ['a static block', /\bstatic\s*\{/],
  ['a private brand check', /#[\w$]+ in /],
  ['an array asked `at`', /\.at\(-?\d/],
  ['randomUUID', /randomUUID\(/],
  ['structuredClone', /structuredClone\(/],
  ['Object.hasOwn', /Object\.hasOwn\(/],
  ['findLast', /\.findLast\(/],
];

/** The API's document is read by programmers, at computers of theirs. */
const FOR_PROGRAMMERS = 'docs';

/** Stops a build that an engine we promise to run on could not read. */
export function engines(): Plugin {
  return {
    name: 'comanda:engines',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || file.name === FOR_PROGRAMMERS) continue;
        for (const [what, pattern] of UNKNOWN) {
          const found = pattern.exec(file.code);
          if (found === null) continue;
          this.error(`${file.fileName} has ${what}: …${file.code.slice(Math.max(0, found.index - 60), found.index + 60)}…`);
        }
      }
    },
  };
}
