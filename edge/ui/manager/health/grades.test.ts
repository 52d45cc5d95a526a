import { expect, test } from 'vitest';
import { worstFirst } from './grades.ts';

test('what somebody must act on stands first, the rest as the doctor says it', () => {
  const line = (check: string, grade: 'good' | 'attention' | 'bad') => ({ check, title: check, grade, seen: '', advice: null });
  const lines = [line('a', 'good'), line('b', 'attention'), line('c', 'bad'), line('d', 'attention')];
  expect(worstFirst(lines).map(({ check }) => check)).toEqual(['c', 'b', 'd', 'a']);
});
