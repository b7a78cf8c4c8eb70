// A service on its way from the legacy layout to v2, under load, to be killed: node handover-load.mjs DIST FOLDER RUN load|drain.
// FOLDER holds the stage's file, both trees, the spool, and what it tells. See handover.long.test.ts.
import { appendFileSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { steadyLoad } from '../support/steady-load.mjs';

const [dist, folder, run, mode] = process.argv.slice(2);
const { ModelDataCollector } = await import(pathToFileURL(join(dist, 'index.js')).href);

const CALLS_A_SECOND = 400;
/** The service's clock: an hour passes in half a second, so that its load goes over days. */
const SPEED = 7200;
const [START, REAL_START] = process.env.HANDOVER_CLOCK.split(' ').map(Number);
const clock = () => START + (performance.timeOrigin + performance.now() - REAL_START) * SPEED;

const acknowledged = openSync(join(folder, 'acknowledged'), 'a');
const trees = { legacy: process.env.HANDOVER_LEGACY, v2: process.env.HANDOVER_V2 };
const collector = (designation, collectionName, names) =>
  new ModelDataCollector('model', designation, names, {
    ...{
      workspace: 'sub/rg/ws',
      webserviceName: 'svc',
      modelVersion: '1',
      environment: {},
      handleSignals: false,
    },
    ...{ collectionName, enabled: true, storage: trees.legacy, clock, flushMs: 50 },
    spoolFolder: join(folder, 'spool'),
    stageFile: join(folder, 'stage'),
    v2: { storage: trees.v2 },
    onError: (error) => appendFileSync(join(folder, 'trouble'), `run ${run}: ${error.message}\n`),
  });
const inputs = collector('inputs', 'inputs', ['call', 'row', 'value']);
const predictions = collector('predictions', 'predictions', ['call', 'row', 'score']);
const notes = collector('general', 'notes', ['call', 'text']);
const ticks = collector('general', 'ticks', ['beat']);
const all = [inputs, predictions, notes, ticks];

let calls = 0;

/** A request: inputs, predictions in one turn or two, a note and a tick that name no request. */
function serve() {
  calls += 1;
  const id = `${run}r${calls}`;
  const rows = Array.from({ length: 1 + (calls % 3) }, (_, row) => [id, row, calls / 8]);
  const correlations = inputs.collect(rows, `u${calls}`);
  const scores = rows.map(([call, row, value]) => [call, row, value * 2]);
  const turns = calls % 5 === 0 ? [scores.slice(0, 1), scores.slice(1)] : [scores];
  for (const turn of turns) {
    if (turn.length > 0) predictions.collect(predictions.addCorrelations(turn, correlations));
  }
  notes.collect([[id, `note ${id}`]]);
  ticks.collect([[calls % 4]]);
  return id;
}

process.stdout.write('ready\n');
/** A folder has what was flushed: until then a killed process takes it along. */
async function loadFolders() {
  for (;;) {
    const ids = Array.from({ length: CALLS_A_SECOND / 20 }, serve);
    await Promise.all([sleep(50), ...all.map((one) => one.flush())]);
    writeSync(acknowledged, `${ids.join('\n')}\n`);
  }
}

if (mode === 'load' && trees.v2.startsWith('/')) await loadFolders();
else if (mode === 'load') steadyLoad(CALLS_A_SECOND, acknowledged, serve);
else {
  // What the killed runs left is found at the start; their files go when all in them is written.
  while (readdirSync(join(folder, 'spool')).length > 0) {
    await sleep(100);
    await Promise.allSettled(all.map((one) => one.flush()));
  }
  for (const one of all) await one.close();
}
