import { expect, test } from 'vitest';
import { typeOf } from '../order/request.ts';
import { placeOf } from './place.ts';

test('what was asked for at the counter is of the counter afterwards, not a bag to take away', () => {
  const words = (['counter', 'takeaway'] as const).map((service) => placeOf({ type: typeOf(service), table: null }));
  expect(words).toEqual(['Mostrador', 'Para llevar']);
});

test('a table has its name', () => {
  expect(placeOf({ type: 'dine_in', table: '7' })).toBe('Mesa 7');
  expect(placeOf({ type: 'dine_in', table: 'Terraza' })).toBe('Terraza');
});
