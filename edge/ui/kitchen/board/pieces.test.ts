import { expect, test } from 'vitest';
import { line } from '../orders/samples.fake.ts';
import { isAllergy, piecesOf } from './pieces.ts';

test('a rule stands above the first line of each addition', () => {
  const lines = [
    line({ id: 'a' }), line({ id: 'b', addition: true, firedAt: 5 }), line({ id: 'c', addition: true, firedAt: 5 }),
    line({ id: 'd', addition: true, firedAt: 9 }),
  ];
  expect(piecesOf(lines).map(({ addedAt }) => addedAt)).toEqual([null, 5, null, 9]);
});

test('a combo is named above the first of its parts', () => {
  const lines = [line({ partOf: 'Combo pareja' }), line({ partOf: 'Combo pareja' }), line(), line({ partOf: 'Combo pareja' })];
  expect(piecesOf(lines).map(({ partOf }) => partOf)).toEqual(['Combo pareja', null, null, 'Combo pareja']);
});

test('allergies are known by how the note begins', () => {
  expect(['ALERGIA: maní', 'Alergico al camarón', 'alérgica a la nuez', ' Alergia'].every(isAllergy)).toBe(true);
  expect(isAllergy('Sin alergias')).toBe(false);
});
