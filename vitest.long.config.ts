import type { ViteUserConfig } from 'vitest/config';
import { suite } from './vitest.config.js';

const config: ViteUserConfig = suite('long', {
  include: ['test/**/*.long.test.ts'],
  // One file at a time: these measure time and memory, and use every core themselves.
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 300_000,
});

export default config;
