import '$ui/tokens/tokens.css';
import { mount } from 'svelte';
import { settleLanguage } from '../language/language.ts';
import App from './App.svelte';

settleLanguage();
mount(App, { target: document.body });
