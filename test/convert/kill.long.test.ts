import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../support/azurite.js';
import { openContainer, uploadFolder } from '../support/blob-trees.js';
import { writeKillTree } from '../support/kill-tree.js';
import { type KillTally, killRuns } from '../support/killed-runs.js';
import { blobPlace, localPlace } from '../support/places.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** `npm run test:kill` asks for more. */
const LOCAL_KILLS = Number(process.env['MDC_KILL_LOCAL'] ?? 17);
const AZURE_KILLS = Number(process.env['MDC_KILL_AZURE'] ?? 8);
const SEED = Number(process.env['MDC_KILL_SEED'] ?? randomInt(2 ** 31));
/** A kill with its reruns and its proof takes a few seconds. */
const TIMEOUT_MS = 120_000 + 30_000 * Math.max(LOCAL_KILLS, AZURE_KILLS);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mdc-kill-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a run that is killed at any moment, and run again', () => {
  it('of folders: comes to the same bytes and entries, leaves nothing, and shows no half file meanwhile', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const source = join(folder, 'local', 'modeldata');
    await writeKillTree(source, 200);
    const place = async () => localPlace(join(await temporaryFolder(), 'v2'));
    tell('local', await killRuns({ source, environment: {}, place }, LOCAL_KILLS, randomFrom(SEED)));
  });

  it('of blobs: the same', { timeout: TIMEOUT_MS }, async () => {
    const tree = join(folder, 'blobs', 'modeldata');
    await writeKillTree(tree, 40);
    for (let done = 0; done < AZURE_KILLS; done += KILLS_AN_EMULATOR) {
      const kills = Math.min(KILLS_AN_EMULATOR, AZURE_KILLS - done);
      tell('Azurite', await killBlobs(tree, kills, SEED + 1 + done));
    }
  });
});

/** Azurite in memory collects its garbage after ten minutes, fails at it, and ends. */
const KILLS_AN_EMULATOR = 10;

async function killBlobs(tree: string, kills: number, seed: number): Promise<KillTally> {
  const azurite: Azurite = await startAzurite();
  try {
    const { endpoint, connectionString } = azurite;
    await uploadFolder(await openContainer(connectionString, 'modeldata'), tree);
    const results = await openContainer(connectionString, 'results');
    let made = 0;
    const place = async () => {
      made += 1;
      return blobPlace(results, endpoint, `run-${made}`);
    };
    const environment = { AZURE_STORAGE_CONNECTION_STRING: connectionString };
    const target = { source: `${endpoint}/modeldata`, environment, place };
    return await killRuns(target, kills, randomFrom(seed));
  } finally {
    await azurite.stop();
  }
}

function tell(where: string, tally: KillTally): void {
  const { kills, early, late, missed, waits, reads, milliseconds } = tally;
  console.log(
    `${where}, seed ${SEED}: ${kills} kills in runs of ${Math.round(milliseconds)} ms (${early} before the first file was visible, ${late} after the last), ` +
      `${missed} runs ended before theirs, ${waits} waited for a lock; ${reads} contents read meanwhile`,
  );
  expect(reads).toBeGreaterThan(0);
}
