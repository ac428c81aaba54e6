import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { alias } from './vitest.config.ts';

// Not merged with the quick configuration: lists would add up, and the quick one leaves the slow tests out.
export default defineConfig({
  resolve: { alias },
  test: {
    include: ['{packages/*/src,tools,reference,examples,e2e}/**/*.slow.test.{ts,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: [fileURLToPath(new URL('tools/vitest-seed.ts', import.meta.url))],
    env: { FAST_CHECK_SEED: process.env['FAST_CHECK_SEED'] ?? 'random' },
    testTimeout: 600_000,
    // Hooks here start brokers, deploy and enrol: ten seconds, the usual limit, are not enough on a busy machine.
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
