import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

export default mergeConfig(base, defineConfig({ test: { include: ['**/*.slow.test.ts'], exclude: ['**/node_modules/**', '**/dist/**'], testTimeout: 600_000 } }));
