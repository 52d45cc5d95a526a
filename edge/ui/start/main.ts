import '$ui/tokens/tokens.css';
import '$ui/tokens/counter.css';
import { alsoDraw } from '$ui/components/icons.ts';
import { counterIcons } from '$ui/components/icons-counter.ts';
import { mount } from 'svelte';
import { settleLanguage } from '../language/language.ts';
import App from './App.svelte';

alsoDraw(counterIcons);
void settleLanguage().then(() => mount(App, { target: document.body }));
