import { expect, test } from 'vitest';
import { line } from '../orders/samples.fake.ts';
import { holds, totalsOf } from './totals.ts';

const without = (name: string) => ({ id: name, name, effect: 'without' as const });

test('totals count what is to make, with its modifiers, the most first', () => {
  const totals = totalsOf([
    [line({ name: 'Mazorcada' }), line({ name: 'Salchipapa', quantity: 2, modifiers: [without('Sin cebolla')] })],
    [line({ name: 'Salchipapa', quantity: 3, modifiers: [without('Sin cebolla'), without('Sin queso')] })],
    [line({ name: 'Salchipapa' }), line({ name: 'Perro', state: 'ready' }), line({ name: 'Arepa', state: 'voided' })],
  ]);
  expect(totals).toEqual([
    { name: 'Salchipapa', quantity: 6, modifiers: [{ name: 'Sin cebolla', quantity: 5 }, { name: 'Sin queso', quantity: 3 }] },
    { name: 'Mazorcada', quantity: 1, modifiers: [] },
  ]);
});

test('an order holds a product only while it is to make', () => {
  expect(holds([line({ name: 'Perro' })], 'Perro')).toBe(true);
  expect(holds([line({ name: 'Perro', state: 'ready' })], 'Perro')).toBe(false);
});
