// A process with a spool under load, to be killed: node spool-load.mjs DIST FOLDER RUN load|drain. See killed-load.ts.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { steadyLoad } from './steady-load.mjs';

const [dist, folder, run, mode] = process.argv.slice(2);
const { SpoolStore } = await import(pathToFileURL(join(dist, 'collect/spool/spool.js')).href);

const CALLS_A_SECOND = 6000;
const BLOBS = ['m/1/inputs/data.csv', 'm/1/predictions/data.csv', 'm/1/signals/data.csv'];

const sent = join(folder, 'sent');
mkdirSync(sent, { recursive: true });
const acknowledged = openSync(join(folder, 'acknowledged'), 'a');
const store = new SpoolStore({
  folder: join(folder, 'spool'),
  url: 'https://nowhere.example/modeldata',
  batchBytes: 8 * 1024,
  fileBytes: 64 * 1024,
  onError: (error) => trouble(error.message),
});

/** A sink that knows a batch by its id: one file each. */
async function write(name, { id, bytes }) {
  const path = join(sent, `${encodeURIComponent(name)} ${id}`);
  await sleep(Math.random() * 3);
  if (existsSync(path)) {
    if (!readFileSync(path).equals(bytes)) trouble(`batch ${id} has other bytes`);
    return;
  }
  writeFileSync(`${path}.new`, bytes);
  await sleep(Math.random() * 3);
  renameSync(`${path}.new`, path);
}

function trouble(text) {
  appendFileSync(join(folder, 'trouble'), `run ${run}: ${text}\n`);
}

let calls = 0;

/** A call's rows name it: `run.call,row of rows,filling`. */
function collect() {
  calls += 1;
  const id = `${run}.${calls}`;
  const count = 1 + (calls % 3);
  let rows = '';
  for (let row = 1; row <= count; row += 1)
    rows += `${id},${row}/${count},${'x'.repeat((calls * 7) % 300)}\r\n`;
  const name = BLOBS[Math.floor(Math.random() * BLOBS.length)];
  if (!store.add({ name, header: Buffer.from('call,row,filling\r\n') }, Buffer.from(rows), count))
    trouble(`${id} was not taken`);
  return id;
}

async function send() {
  for (const { name } of store.waiting()) {
    for (const batch of store.seal(name)) {
      await write(name, batch);
      await sleep(Math.random() * 2);
      store.done(name, [batch]);
    }
  }
}

if (mode === 'load') steadyLoad(CALLS_A_SECOND, acknowledged, collect);
process.stdout.write('ready\n');
const { torn, damaged } = await store.adopt();
if (damaged.files > 0) trouble(`${damaged.bytes} bytes are damaged`);
if (torn.bytes > 0) appendFileSync(join(folder, 'torn'), `${torn.bytes}\n`);
while (mode === 'load' || store.bytes > 0) {
  await send();
  await sleep(5);
}
await store.close();
