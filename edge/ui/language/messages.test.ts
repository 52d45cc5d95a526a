import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as compiled from '../messages/compiled/messages.js';
import english from 'virtual:english';
import { sayIn } from './say.ts';

const places = ['../../../shared/ui', '../start', '../pos', '../kitchen', '../wall', '../board', '../expo', '../menu', '../manager'];

function keysOf(place: string, locale: string): string[] {
  const text = readFileSync(new URL(`${place}/messages/${locale}.json`, import.meta.url), 'utf8');
  const messages = JSON.parse(text) as Record<string, unknown>;
  const empty = Object.entries(messages).filter(([, words]) => words === '');
  expect(empty).toEqual([]);
  return Object.keys(messages).filter((key) => key !== '$schema').sort();
}

test.each(places)('%s says everything in Spanish and in English', (place) => {
  expect(keysOf(place, 'en')).toEqual(keysOf(place, 'es-CO'));
});

test('every message is compiled', () => {
  const written = places.flatMap((place) => keysOf(place, 'es-CO'));
  expect(written.filter((key) => !(key in compiled))).toEqual([]);
  expect(new Set(written).size).toBe(written.length);
});

test('a message is said in English once its words are there, and in Spanish again', () => {
  expect(compiled.kitchen_title()).toBe('Cocina');
  sayIn(english);
  expect([compiled.kitchen_title(), compiled.kitchen_table({ table: '7' }), compiled.manager_customer_orders({ count: 1 })]).toEqual(['Kitchen', 'Table 7', '1 order']);
  sayIn({});
  expect(compiled.manager_customer_orders({ count: 2 })).toBe('2 pedidos');
});

test('every message has its English words where English is chosen', () => {
  const written = places.flatMap((place) => keysOf(place, 'es-CO'));
  expect(Object.keys(english).sort()).toEqual(written.sort());
});
