import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** The styles that have a name already, by name: two with one would dress each other's elements. */
const named = new Map();

/** Short names of scopes: they stand at every element and in every rule. */
function cssHash({ hash, css }) {
  const name = `s${hash(css).slice(0, 4)}`;
  if ((named.get(name) ?? css) !== css) throw new Error(`two components have styles called ${name}: make its name longer`);
  named.set(name, css);
  return name;
}

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, cssHash },
};
