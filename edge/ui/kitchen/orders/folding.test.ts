import { expect, test } from 'vitest';
import type { LiveView } from '$ui/live/live.ts';
import { Notices } from '../bar/notices.svelte.ts';
import { Stockouts } from '../stockouts/stockouts.svelte.ts';
import { Kitchen } from './kitchen.svelte.ts';
import { card, cardLine } from './samples.fake.ts';

const MINUTE = 60_000;

function view(order: string, state: 'to_make' | 'voided'): LiveView {
  return { scope: 'station:grill', name: 'card', id: order, view: card({ order, number: order, lines: [cardLine({ line: `${order}-1`, state })] }) } as LiveView;
}

function kitchen(): Kitchen {
  const told = new Kitchen({ notices: new Notices(), stockouts: new Stockouts(), chime: () => {}, now: () => 0, onLive: () => {} });
  told.snapshot([view('L-1', 'voided'), view('L-2', 'to_make')]);
  return told;
}

const numbers = (orders: readonly { number: string }[]) => orders.map(({ number }) => number);

test('what was taken back and nobody has seen to gives its place up after three minutes, and is still counted', () => {
  const told = kitchen();
  for (const now of [0, MINUTE, 3 * MINUTE - 1]) told.fold(now);
  expect([numbers(told.shown), numbers(told.folded)]).toEqual([['L-1', 'L-2'], []]);
  told.fold(3 * MINUTE);
  expect([numbers(told.shown), numbers(told.folded)]).toEqual([['L-2'], ['L-1']]);
  // The box says all of it anew: it stays aside.
  told.snapshot([view('L-1', 'voided'), view('L-2', 'to_make')]);
  expect([numbers(told.shown), numbers(told.folded)]).toEqual([['L-2'], ['L-1']]);
});

test('what is to be made after all has its place again at once', () => {
  const told = kitchen();
  told.fold(0);
  told.fold(3 * MINUTE);
  told.views([view('L-1', 'to_make')]);
  expect([numbers(told.shown).sort(), numbers(told.folded)]).toEqual([['L-1', 'L-2'], []]);
});

test('whoever wants to see them has them back for as long again, and what is over is not counted any more', () => {
  const told = kitchen();
  told.fold(0);
  told.fold(3 * MINUTE);
  told.unfold();
  told.fold(4 * MINUTE);
  expect([numbers(told.shown).sort(), numbers(told.folded)]).toEqual([['L-1', 'L-2'], []]);
  told.fold(7 * MINUTE);
  told.views([{ scope: 'station:grill', name: 'card', id: 'L-1', view: null } as LiveView]);
  expect([numbers(told.shown), numbers(told.folded)]).toEqual([['L-2'], []]);
});
