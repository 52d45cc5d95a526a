import { expect, test } from 'vitest';
import { PAGES, pageOf } from './routes.ts';

test('each page is found by its address, and what is none is today', () => {
  expect(PAGES.map(({ address }) => pageOf(address))).toEqual(PAGES.map(({ name }) => name));
  expect([pageOf(''), pageOf('#/nada')]).toEqual(['today', 'today']);
});
