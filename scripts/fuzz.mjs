// Ten minutes of files that the kernel and the reference must agree on: npm run fuzz [-- --seconds 600 --seed 1].
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
const seed = values.seed ?? String(randomInt(2 ** 31));
console.log(`fuzzing from seed ${seed}; each finding becomes a fixture in fixtures/fuzz/`);
const { status } = spawnSync(
  'vitest',
  ['run', '--config', 'vitest.long.config.ts', 'test/convert/kernel/fuzz.long.test.ts'],
  {
    stdio: 'inherit',
    env: { ...process.env, MDC_FUZZ_SECONDS: values.seconds ?? '600', MDC_FUZZ_SEED: seed },
  },
);
process.exitCode = status ?? 1;
