import { expect, test } from 'vitest';
import { addressOf, viewOf, type View } from './routes.ts';

test.each<View>([{ name: 'sale' }, { name: 'orders', chosen: null }, { name: 'orders', chosen: 'a/b' }])('the address of $name leads back to it', (view) => {
  expect(viewOf(addressOf(view))).toEqual(view);
});

test('an unknown address is the sale', () => {
  expect(viewOf('#/x/y')).toEqual({ name: 'sale' });
  expect(viewOf('')).toEqual({ name: 'sale' });
});
