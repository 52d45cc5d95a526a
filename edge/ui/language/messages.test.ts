import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as compiled from '../messages/compiled/messages.js';

const places = ['../../../shared/ui', '../start', '../pos', '../kitchen', '../wall', '../board', '../expo', '../manager'];

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
