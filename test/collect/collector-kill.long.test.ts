import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../support/azurite.js';
import { expectOnce, killLoad } from '../support/killed-load.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { CollectorContainer } from './azure-containers.js';

const DIST = process.env['MDC_DIST'] ?? new URL('../../dist', import.meta.url).pathname;
const SCRIPT = new URL('../support/collector-load.mjs', import.meta.url).pathname;
/** The issue's own test is of 100. */
const KILLS = Number(process.env['MDC_KILL_COLLECTOR'] ?? 20);
const SEED = Number(process.env['MDC_KILL_SEED'] ?? randomInt(2 ** 31));
const HEADER = 'call,row,filling';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

it('every call that returned more than a tick before a kill is in its blob once', {
  timeout: 60_000 + KILLS * 6000,
}, async () => {
  const container = await CollectorContainer.make(azurite);
  const folder = await temporaryFolder();
  const storage = container.client.url;
  const command = (run: number, mode: string): string[] => [SCRIPT, DIST, folder, String(run), mode, storage];
  const environment = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
  await killLoad({ command, environment, mostMs: 1500 }, KILLS, randomFrom(SEED));

  const rows: string[] = [];
  for await (const { name } of container.client.listBlobsFlat()) {
    const [header, ...lines] = (await container.text(name)).trimEnd().split('\r\n');
    expect(header, name).toBe(HEADER);
    expect(lines).not.toContain(HEADER);
    rows.push(...lines);
  }
  // The last line of a killed process may be cut short: that call was not acknowledged.
  const acknowledged = (await readFile(join(folder, 'acknowledged'), 'utf8')).split('\n').slice(0, -1);
  const tally = expectOnce(acknowledged, rows);
  console.log(`${KILLS} kills from seed ${SEED}: ${JSON.stringify(tally)}`);
  const trouble = (await readFile(join(folder, 'trouble'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
  // Of a killed writer's lease, which lasts half a minute.
  expect(trouble.filter((line) => !/keeps the lease/.test(line))).toEqual([]);
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  expect(tally.acknowledged).toBeGreaterThan(KILLS * 10);
});
