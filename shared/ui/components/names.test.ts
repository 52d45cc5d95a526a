import { expect, test } from 'vitest';
import { initials } from './names.ts';

test('initials_are_those_of_the_first_two_words', () => {
  expect(initials('Camila Mora Ruiz')).toBe('CM');
  expect(initials('Don Álvaro')).toBe('Á');
  expect(initials('')).toBe('');
});
