import { expect, test } from 'vitest';
import { whoOf } from './who.ts';

const card = { type: 'dine_in', table: '7', customer: null, served_by: 'Camila' } as const;

test('a card says whose it is, and of one that was moved where it was', () => {
  expect(whoOf(card).words).toBe('Mesa 7 · Camila');
  expect(whoOf({ ...card, was_at: '4' }).words).toBe('Mesa 7 · estaba en la mesa 4');
  expect(whoOf({ ...card, was_at: 'Barra' }).words).toBe('Mesa 7 · estaba en Barra');
});
