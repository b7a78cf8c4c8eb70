import type { ViteUserConfig } from 'vitest/config';
import { suite } from './vitest.config.js';

const config: ViteUserConfig = suite('long', {
  include: ['test/**/*.long.test.ts'],
  // Two files at a time: most wait for servers, kills and installs. What they measure is their own processes' memory.
  maxWorkers: 2,
  testTimeout: 300_000,
  hookTimeout: 300_000,
});

export default config;
