import { defineConfig } from 'vitest/config';

/** `make bench-screens`. */
export default defineConfig({ test: { include: ['measures/*.test.ts'], maxWorkers: 1 } });
