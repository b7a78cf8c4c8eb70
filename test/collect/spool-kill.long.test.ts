import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectOnce, killLoad } from '../support/killed-load.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DIST = process.env['MDC_DIST'] ?? new URL('../../dist', import.meta.url).pathname;
const SCRIPT = new URL('../support/spool-load.mjs', import.meta.url).pathname;
const KILLS = Number(process.env['MDC_KILL_SPOOL'] ?? 30);
const SEED = Number(process.env['MDC_KILL_SEED'] ?? randomInt(2 ** 31));

async function linesOf(path: string): Promise<string[]> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  // The last line of a killed process may be cut short: that call was not acknowledged.
  return text.split('\n').slice(0, -1);
}

it('a call that returned more than a tick before a kill is written once, whatever is killed after it', {
  timeout: 60_000 + KILLS * 3000,
}, async () => {
  const folder = await temporaryFolder();
  const command = (run: number, mode: string): string[] => [SCRIPT, DIST, folder, String(run), mode];
  await killLoad({ command, mostMs: 400 }, KILLS, randomFrom(SEED));
  const rows: string[] = [];
  const files = (await readdir(join(folder, 'sent'))).filter((file) => !file.endsWith('.new'));
  for (const file of files) rows.push(...(await linesOf(join(folder, 'sent', file))));
  const tally = expectOnce(await linesOf(join(folder, 'acknowledged')), rows);
  const torn = (await linesOf(join(folder, 'torn'))).length;
  console.log(`${KILLS} kills from seed ${SEED}: ${JSON.stringify(tally)}, ${torn} writes cut short`);
  expect(await linesOf(join(folder, 'trouble'))).toEqual([]);
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  expect(tally.acknowledged).toBeGreaterThan(KILLS * 10);
});
