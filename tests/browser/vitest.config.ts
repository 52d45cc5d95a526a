import { defineConfig } from 'vitest/config';

/** Each story has a branch and a browser of its own, and waits more than it works: three at once fill two cores. */
export default defineConfig({
  test: {
    include: ['*.test.ts', 'stories/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    reporters: ['verbose'],
  },
});
