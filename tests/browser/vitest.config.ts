import { defineConfig } from 'vitest/config';

/** Each story has a branch and a browser of its own; two at once fill two cores. */
export default defineConfig({
  test: {
    include: ['*.test.ts', 'stories/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
