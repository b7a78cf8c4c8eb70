// A service with collectors under load, to be killed: node collector-load.mjs DIST FOLDER RUN load|drain CONTAINER-URL. See
// killed-load.ts.
import { appendFileSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { steadyLoad } from './steady-load.mjs';

const [dist, folder, run, mode, storage] = process.argv.slice(2);
const { ModelDataCollector } = await import(pathToFileURL(join(dist, 'index.js')).href);

const CALLS_A_SECOND = 2000;

const acknowledged = openSync(join(folder, 'acknowledged'), 'a');
// A killed writer's lease lasts half a minute: each run has blobs of its own, so that each is killed in the midst of writing.
const collectors = [`a${run}`, `b${run}`, `c${run}`].map(
  (collectionName) =>
    new ModelDataCollector('model', 'general', ['call', 'row', 'filling'], {
      collectionName,
      enabled: true,
      storage,
      spoolFolder: join(folder, 'spool'),
      flushMs: 50,
      onError: (error) => trouble(error.message),
    }),
);

function trouble(text) {
  appendFileSync(join(folder, 'trouble'), `run ${run}: ${text}\n`);
}

let calls = 0;

/** A call's rows name it: `run.call,row of rows,filling`. */
function collect() {
  calls += 1;
  const id = `${run}.${calls}`;
  const count = 1 + (calls % 3);
  const filling = 'x'.repeat((calls * 7) % 300);
  const rows = Array.from({ length: count }, (_, row) => [id, `${row + 1}/${count}`, filling]);
  collectors[Math.floor(Math.random() * collectors.length)].collect(rows);
  return id;
}

process.stdout.write('ready\n');
if (mode === 'load') steadyLoad(CALLS_A_SECOND, acknowledged, collect);
else {
  // What the killed runs left is found at the start; their files go when all in them is written.
  while (readdirSync(join(folder, 'spool')).length > 0) {
    await sleep(200);
    await Promise.allSettled(collectors.map((collector) => collector.flush()));
  }
  for (const collector of collectors) await collector.close();
}
