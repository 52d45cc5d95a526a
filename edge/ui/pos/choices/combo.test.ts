import { expect, test } from 'vitest';
import type { ComboSlot } from '$ui/api/types.ts';
import { menu, product } from '../catalog/sample.fake.ts';
import { firstParts, lackingSlots, withChoice } from './combo.ts';

const slots = product('combo').combo ?? [];
const [perros, bebida] = slots as [ComboSlot, ComboSlot];

test('where a slot leaves no choice its parts are chosen already', () => {
  expect(firstParts(slots, menu)).toEqual([
    { slot: 'perros', product: 'perro', modifiers: [] }, { slot: 'perros', product: 'perro', modifiers: [] },
  ]);
});

test('the choice of a slot of one is replaced, of several one more is added while there is room', () => {
  const agua = withChoice(bebida, [], 'agua', menu);
  expect(withChoice(bebida, agua, 'gaseosa', menu).map(({ product }) => product)).toEqual(['gaseosa']);
  const two = withChoice(perros, withChoice(perros, [], 'perro', menu), 'perro', menu);
  expect(two).toHaveLength(2);
  expect(withChoice(perros, two, 'perro', menu)).toBe(two);
});

test('a part with a choice of its own to make leaves its slot lacking', () => {
  const parts = withChoice(bebida, firstParts(slots, menu), 'gaseosa', menu);
  expect(lackingSlots(slots, parts, menu).map(({ id }) => id)).toEqual(['bebida']);
  const chosen = parts.map((part) => (part.product === 'gaseosa' ? { ...part, modifiers: ['cola'] } : part));
  expect(lackingSlots(slots, chosen, menu)).toEqual([]);
});
