import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const folders = '{packages/*/src,tools,reference,examples,e2e}';

export const alias = { '@gridflock/core': fileURLToPath(new URL('packages/core/src/index.ts', import.meta.url)) };

export default defineConfig({
  resolve: { alias },
  test: {
    include: [`${folders}/**/*.test.{ts,mjs}`],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.slow.test.*', 'tools/templates/**'],
    setupFiles: [fileURLToPath(new URL('tools/vitest-seed.ts', import.meta.url))],
    testTimeout: 30_000,
  },
});
