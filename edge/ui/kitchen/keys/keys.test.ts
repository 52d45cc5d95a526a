import { expect, test } from 'vitest';
import { actionOf } from './keys.ts';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });

test.each([
  ['1', { kind: 'choose', slot: 1 }], ['9', { kind: 'choose', slot: 9 }], ['0', { kind: 'choose', slot: 10 }],
  ['Enter', { kind: 'bump' }], [' ', { kind: 'next_line' }], ['Backspace', { kind: 'recall_last' }],
  ['r', { kind: 'recall_list' }], ['A', { kind: 'totals' }], ['ArrowLeft', { kind: 'page', step: -1 }],
  ['ArrowRight', { kind: 'page', step: 1 }], ['Escape', { kind: 'leave' }], ['x', null],
])('%s', (key, action) => {
  expect(actionOf(press(key), 'none')).toEqual(action);
});

test('the browser keeps its own combinations', () => {
  expect(actionOf(press('r', { ctrlKey: true }), 'none')).toBeNull();
});

test('a key that is leant on bumps once', () => {
  expect(actionOf(press('Enter', { repeat: true }), 'none')).toBeNull();
  expect(actionOf(press('ArrowRight', { repeat: true }), 'none')).not.toBeNull();
});

test('a control has Enter and Space for itself, a field everything but Esc', () => {
  expect(actionOf(press('Enter'), 'control')).toBeNull();
  expect(actionOf(press('3'), 'control')).toEqual({ kind: 'choose', slot: 3 });
  expect(actionOf(press('3'), 'field')).toBeNull();
  expect(actionOf(press('Escape'), 'field')).toEqual({ kind: 'leave' });
});
