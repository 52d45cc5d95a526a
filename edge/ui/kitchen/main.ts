import '$ui/tokens/tokens.css';
import '$ui/tokens/kitchen.css';
import { mount } from 'svelte';
import { settleLanguage } from '../language/language.ts';
import App from './App.svelte';

/** Our type comes before the first picture, so that nothing moves when it does; a slow box is not waited for longer. */
const LONGEST_MS = 800;
const late = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
const type = document.fonts.load('600 42px Inter').catch(() => undefined);

void Promise.all([settleLanguage(), Promise.race([type, late])]).then(() => mount(App, { target: document.body }));
