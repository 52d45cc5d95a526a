import '$ui/tokens/tokens.css';
import '$ui/tokens/guest.css';
import { mount } from 'svelte';
import { settleLanguage } from '../language/language.ts';
import App from './App.svelte';

void settleLanguage().then(() => mount(App, { target: document.body }));
