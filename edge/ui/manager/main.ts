import '$ui/tokens/tokens.css';
import { alsoDraw } from '$ui/components/icons.ts';
import { counterIcons } from '$ui/components/icons-counter.ts';
import { mount } from 'svelte';
import { settleLanguage } from '../language/language.ts';
import App from './App.svelte';

settleLanguage();
alsoDraw(counterIcons);
mount(App, { target: document.body });
