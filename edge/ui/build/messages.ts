import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const MESSAGES = resolve(import.meta.dirname, '../messages/compiled/messages');
const REGISTRY = resolve(MESSAGES, '../registry.js');
const SAY = resolve(import.meta.dirname, '../language/say.ts');
const UI = resolve(import.meta.dirname, '..');

const MESSAGE = new RegExp(`^${MESSAGES.replaceAll('/', '[\\\\/]')}[\\\\/](\\w+)\\.js$`);
const ENGLISH = 'virtual:english';

/** The folders whose messages a screen says. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  start: ['../../shared/ui', 'start'],
  pos: ['../../shared/ui', 'pos'],
  kitchen: ['../../shared/ui', 'kitchen'],
  board: ['../../shared/ui', 'wall', 'board'],
  expo: ['../../shared/ui', 'wall', 'expo'],
  menu: ['../../shared/ui', 'menu'],
  // It calls ways to be served as the till does.
  manager: ['../../shared/ui', 'pos', 'manager'],
};

/**
 * Paraglide compiles every message in every language, and a page would load them all. Here each message keeps its Spanish
 * alone and becomes a call of `language/say.ts`; the English of a screen's messages is the module `virtual:english`,
 * which is loaded where English was chosen.
 */
export function messages(): Plugin {
  let screen: string | null = null;
  let isBuild = false;
  let names: string[] = [];

  /** A number in a build, where what is never said twice should be short. */
  const placeOf = (name: string): string => {
    if (!isBuild) return JSON.stringify(name);
    if (names.length === 0) names = readdirSync(MESSAGES).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3)).sort();
    return String(names.indexOf(name));
  };
  const mine = (): string[] => {
    const folders = screen === null ? Object.values(SAID).flat() : (SAID[screen] ?? []);
    return [...new Set(folders)].flatMap(keysOf);
  };

  return {
    name: 'comanda:messages',
    enforce: 'pre',
    configResolved({ command, build }) {
      isBuild = command === 'build';
      const { input } = build.rolldownOptions;
      if (isBuild && typeof input === 'object' && !Array.isArray(input)) screen = Object.keys(input)[0] ?? null;
    },
    resolveId: (id) => (id === ENGLISH ? `\0${ENGLISH}` : null),
    load(id) {
      if (id !== `\0${ENGLISH}`) return null;
      const words = mine().map((name) => {
        const [english, , code] = wordsIn(readFileSync(resolve(MESSAGES, `${name}.js`), 'utf8'), 'en_');
        return { said: `${placeOf(name)}: ${english}`, counts: code.includes('registry.') };
      });
      const registry = words.some(({ counts }) => counts) ? `import * as registry from ${JSON.stringify(REGISTRY)};\n` : '';
      return `${registry}export default {\n${words.map(({ said }) => said).join(',\n')}\n};`;
    },
    transform(code, id) {
      const name = MESSAGE.exec(id)?.[1];
      if (name === undefined || name === '_index') return null;
      const [spanish, key] = wordsIn(code, 'es_co2_');
      const registry = spanish.includes('registry.') ? `import * as registry from '../registry.js';\n` : '';
      const call = `export const ${key} = /* @__PURE__ */ say(${placeOf(name)}, ${spanish});`;
      return { code: `${registry}import { say } from ${JSON.stringify(SAY)};\n${call}`, map: null };
    },
    /** A message of another folder would never be said in English. */
    generateBundle(_, bundle) {
      if (screen === null) return;
      const known = new Set(mine());
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const name = MESSAGE.exec(id)?.[1];
          if (name !== undefined && name !== '_index' && renderedLength > 0 && !known.has(name)) this.error(`${screen} says ${name}, which stands in no folder of its own: see build/messages.ts`);
        }
      }
    },
  };
}

function keysOf(folder: string): string[] {
  const text = readFileSync(resolve(UI, folder, 'messages/es-CO.json'), 'utf8');
  return Object.keys(JSON.parse(text) as object).filter((key) => key !== '$schema');
}

/** Of a compiled message: its words in one language (plain ones as a string, others as a function), the name it is exported by, and all of it. */
function wordsIn(code: string, prefix: string): [words: string, key: string, code: string] {
  const begin = code.indexOf(`\nconst ${prefix}`);
  const opened = code.indexOf('*/ ', begin) + 3;
  const end = code.indexOf('\n};', begin) + 2;
  const key = /\nexport const (\w+) = /.exec(code)?.[1];
  if (begin === -1 || opened < 3 || end < opened || key === undefined) throw new Error(`Paraglide no longer compiles as build/messages.ts knows it:\n${code}`);
  const made = code.slice(opened, end);
  const plain = /^\(\) => \{\s*return \/\*\*[^`]*\*\/ \((`(?:[^`\\$]|\\.|\$(?!\{))*`)\)\s*\}$/.exec(made)?.[1];
  return [plain ?? made, key, made];
}
