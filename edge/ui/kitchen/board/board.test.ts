import { describe, expect, test } from 'vitest';
import { line } from '../orders/samples.fake.ts';
import { heightOf, roomFor } from './heights.ts';
import { screenOf } from './screen.ts';
import { pagesOf } from './slots.ts';
import { rowsOf } from './text-width.ts';
import { tornAt } from './torn.ts';

describe('the screen', () => {
  test.each([
    [1920, 1080, 'wall', 4, 2, 1], [960, 540, 'wall', 4, 2, 0.5], [1280, 720, 'wall', 4, 2, 0.667],
    [1280, 800, 'tablet', 3, 2, 0.667], [800, 1280, 'tall', 2, 3, 0.667], [390, 844, 'phone', 1, 0, 0.56],
  ])('%i×%i is a %s', (width, height, shape, columns, rows, unit) => {
    const screen = screenOf(width, height);
    expect(screen).toMatchObject({ shape, columns, rows });
    expect(screen.unit).toBeCloseTo(unit, 2);
  });
});

describe('text', () => {
  const wide = (text: string) => text.length;

  test('breaks at spaces, and within a word that is wider than its column', () => {
    expect(rowsOf('Salchipapa especial', 19, 0, wide)).toBe(1);
    expect(rowsOf('Salchipapa especial', 18, 0, wide)).toBe(2);
    expect(rowsOf('sin papa ripio', 9, 0, wide)).toBe(2);
    expect(rowsOf('Otorrinolaringólogo', 8, 0, wide)).toBe(3);
  });

  test('a line is higher by what stands under it', () => {
    const size = { width: 380, height: 490, unit: 1, text: 1, head: 1 };
    const measure = (text: string) => text.length * 0.55;
    const high = (what: Parameters<typeof line>[0], more = {}) =>
      heightOf({ line: line(what), addedAt: null, partOf: null, ...more }, size, measure);
    const plain = high({});
    expect(high({ modifiers: [{ id: 'tocineta', name: 'Tocineta', effect: 'extra' }] })).toBeCloseTo(plain + 34 * 1.16);
    expect(high({}, { addedAt: 5 })).toBeGreaterThan(plain);
    expect(high({}, { partOf: 'Combo pareja' })).toBeGreaterThan(plain);
    expect(high({ notes: 'Alergia: maní' })).toBeGreaterThan(plain + 34);
    expect(roomFor(size)).toBeLessThan(490 - 100);
  });
});

describe('a long order', () => {
  test('that fits is not torn', () => {
    expect(tornAt([100, 100, 100], 0, 300, 40, 8)).toEqual([0]);
  });

  test('is torn before what does not fit, with room for «sigue»', () => {
    expect(tornAt([100, 100, 100, 100], 0, 300, 40, 8)).toEqual([0, 2]);
    expect(tornAt([100, 100, 100, 100], 60, 300, 40, 8)).toEqual([0, 2]);
    expect(tornAt(Array.from({ length: 9 }, () => 100), 0, 300, 40, 8)).toEqual([0, 2, 4, 6]);
  });

  test('is never torn into more parts than there are slots, nor into none', () => {
    expect(tornAt(Array.from({ length: 99 }, () => 100), 0, 300, 40, 8)).toHaveLength(8);
    expect(tornAt([900, 900], 0, 300, 40, 8)).toEqual([0, 1]);
    expect(tornAt([100, 900], 0, 300, 40, 1)).toEqual([0]);
  });
});

describe('pages', () => {
  const orders = (...parts: number[]) => parts.map((count, index) => ({ id: String(index), parts: count }));

  test('slots are numbered on each page, and an order is not parted by its turn', () => {
    const pages = pagesOf(orders(1, 1, 1, 1, 1, 1, 1, 2, 1, 1), 8);
    expect(pages.map(({ slots }) => slots.map(({ id, number }) => `${number}:${id}`).join(' '))).toEqual([
      '1:0 2:1 3:2 4:3 5:4 6:5 7:6 8:8', '1:7 2:7 3:9',
    ]);
  });

  test('without orders there is one empty page', () => {
    expect(pagesOf([], 8)).toEqual([{ slots: [] }]);
  });
});
