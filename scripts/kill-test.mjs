// Two hundred runs killed at random points, half of them against Azurite: npm run test:kill [-- --runs 200 --seed 1].
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 200);
const seed = values.seed ?? String(randomInt(2 ** 31));
console.log(`${runs} kills from seed ${seed}`);
const { status } = spawnSync(
  'vitest',
  ['run', '--config', 'vitest.long.config.ts', 'test/convert/kill.long.test.ts'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      MDC_KILL_LOCAL: String(Math.ceil(runs / 2)),
      MDC_KILL_AZURE: String(Math.floor(runs / 2)),
      MDC_KILL_SEED: seed,
    },
  },
);
process.exitCode = status ?? 1;
