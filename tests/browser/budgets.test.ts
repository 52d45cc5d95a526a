/** What a screen loads before it shows anything: `docs/decisions/0005` says how the kitchen keeps to it. */
import { expect, test } from 'vitest';
import { firstLoad } from './harness/bytes.ts';

test.each([['start', 60], ['pos', 110], ['kitchen', 40], ['board', 40], ['expo', 40], ['menu', 25], ['manager', 110]])('%s loads at most %i KB of script and style', (screen, budget) => {
  expect(firstLoad(screen)).toBeLessThanOrEqual(budget * 1000);
});
