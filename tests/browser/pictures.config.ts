import { defineConfig } from 'vitest/config';

/** `make pictures`. */
export default defineConfig({ test: { include: ['pictures/*.test.ts'], maxWorkers: 1 } });
