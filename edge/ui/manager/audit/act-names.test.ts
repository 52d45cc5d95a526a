import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeWords, FAMILIES, NAMES } from './act-names.ts';

/** The kinds the box lists, as its source has them. */
function listed(): string[] {
  const source = readFileSync(join(import.meta.dirname, '../../../src/audit/queries.rs'), 'utf8');
  const list = /const SENSITIVE[^=]*= \[([^\]]*)\]/.exec(source)?.[1] ?? '';
  return [...list.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind ?? '');
}

test('every act that the box lists has a name for people', () => {
  expect(listed().length).toBeGreaterThan(25);
  expect(listed().filter((kind) => NAMES[kind] === undefined)).toEqual([]);
});

test('every act belongs to something that can be picked', () => {
  const picked = Object.values(FAMILIES).flatMap((kinds) => (kinds === '' ? [] : kinds.split(',')));
  expect(listed().filter((kind) => !picked.some((beginning) => kind.startsWith(beginning)))).toEqual([]);
});

test('what is other than it was is said in words, amounts in pesos', () => {
  const dearer = changeWords({ of: 'Limonada', field: 'price', before: 500_000, after: 550_000 });
  expect([dearer.what, dearer.before.replace(/\s/g, ' '), dearer.after.replace(/\s/g, ' ')]).toEqual(['Limonada · Precio', '$ 5.000', '$ 5.500']);
  expect(changeWords({ field: 'is_active', before: true, after: false })).toEqual({ what: 'Activo', before: 'Sí', after: 'No' });
  expect(changeWords({ field: 'something_newer', after: [1] })).toEqual({ what: 'something_newer', before: '—', after: '[1]' });
});
