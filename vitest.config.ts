import { availableParallelism } from 'node:os';
import { configDefaults, type ViteUserConfig } from 'vitest/config';

/** A suite's settings; where CI names a folder for reports, `<name>.json` in it says what ran and how it ended. */
export function suite(name: string, settings: NonNullable<ViteUserConfig['test']>): ViteUserConfig {
  const reports = process.env['MDC_TEST_REPORTS'];
  return {
    test: {
      name,
      reporters: reports ? ['default', ['json', { outputFile: `${reports}/${name}.json` }]] : ['default'],
      ...settings,
    },
  };
}

const config: ViteUserConfig = suite('unit', {
  include: ['test/**/*.test.ts'],
  exclude: [...configDefaults.exclude, 'test/**/*.long.test.ts'],
  // The default leaves one core to the terminal: half the machine where there are two.
  maxWorkers: availableParallelism(),
  testTimeout: 30_000,
  hookTimeout: 30_000,
});

export default config;
