import { expect, test } from 'vitest';
import { GROUPS, permissionName } from './permission-words.ts';

test('every permission stands in one group, with words of its own', () => {
  const all = GROUPS.flatMap(({ permissions }) => permissions);
  expect(new Set(all).size).toBe(all.length);
  expect(new Set(all.map(permissionName)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(35);
});
