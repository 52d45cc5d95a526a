import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrast, tokensOf } from './contrast.ts';

const css = ['kitchen', 'counter', 'guest'].map((theme) => readFileSync(new URL(`./${theme}.css`, import.meta.url), 'utf8')).join('\n');

/** WCAG: text of any size, and the shapes one has to make out. */
const TEXT = 4.5;
const SHAPE = 3;

/** The ratio that was promised of each pair; a pair never falls below what it is for. */
const promised: [theme: string, of: string, on: string, ratio: number][] = [
  ['theme-kitchen', 'ground', 'text', 17.5], ['theme-kitchen', 'surface', 'text', 15.8],
  ['theme-kitchen', 'quiet', 'surface', 9.2], ['theme-kitchen', 'modifier', 'surface', 12.0],
  ['theme-kitchen', 'age-new', 'on-age-new', 8.1], ['theme-kitchen', 'age-fresh', 'on-age-fresh', 10.5],
  ['theme-kitchen', 'age-soon', 'on-age-soon', 9.9], ['theme-kitchen', 'age-late', 'on-age-late', 5.4],
  ['theme-kitchen', 'ready', 'on-ready', 8.1], ['theme-kitchen', 'allergy', 'on-allergy', 6.7],
  ['theme-counter', 'quiet', 'ground', 6.0], ['theme-counter', 'text', 'surface', 16.5],
  ['theme-counter', 'quiet', 'surface', 6.5], ['theme-counter', 'primary', 'on-primary', 6.5],
  ['theme-counter', 'link', 'surface', 6.0], ['theme-counter', 'attention', 'on-attention', 9.9],
  ['theme-counter', 'danger', 'on-danger', 6.5],
];

test.each(promised)('%s: %s and %s have the ratio that was promised', (theme, of, on, ratio) => {
  expect(Math.round(ratioOf(theme, of, on) * 10) / 10).toBe(ratio);
  expect(ratioOf(theme, of, on)).toBeGreaterThanOrEqual(TEXT);
});

const themes = ['theme-counter', 'theme-kitchen', 'theme-guest'];

const texts: [of: string, on: string][] = [
  ['text', 'ground'], ['text', 'surface'], ['text', 'sunken'], ['quiet', 'ground'], ['quiet', 'surface'], ['quiet', 'sunken'],
  ['primary', 'surface'], ['primary', 'ground'], ['primary', 'primary-soft'], ['text', 'primary-soft'], ['link', 'surface'], ['link', 'ground'], ['link', 'link-soft'],
  ['danger', 'surface'], ['danger', 'ground'], ['danger', 'danger-soft'], ['on-danger', 'danger'],
  ['attention-text', 'surface'], ['attention-text', 'attention-soft'], ['text', 'attention-soft'],
];

test.each(themes)('in %s every text the shared components write can be read', (theme) => {
  const tooFaint = texts.filter(([of, on]) => ratioOf(theme, of, on) < TEXT);
  expect(tooFaint).toEqual([]);
});

test.each(themes)('in %s the edges of controls and the focus can be made out', (theme) => {
  const tooFaint = [['edge', 'surface'], ['edge', 'ground'], ['link', 'ground'], ['link', 'surface'], ['primary', 'ground']].filter(
    ([of = '', on = '']) => ratioOf(theme, of, on) < SHAPE,
  );
  expect(tooFaint).toEqual([]);
});

test('black_on_white_is_21', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
});

function ratioOf(theme: string, one: string, other: string): number {
  const tokens = tokensOf(css, theme);
  const [a, b] = [tokens.get(one), tokens.get(other)];
  if (a === undefined || b === undefined) throw new Error(`${theme} has no --${a === undefined ? one : other}`);
  return contrast(a, b);
}
