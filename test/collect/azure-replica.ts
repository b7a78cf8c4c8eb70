import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobTarget } from '../../src/collect/batch.js';

const DIST: string = new URL('../../dist/', import.meta.url).href;

export interface ReplicaOptions {
  /** Stands in each of its rows. */
  readonly writer: string;
  readonly connectionString: string;
  readonly container: string;
  readonly target: Pick<BlobTarget, 'name'> & { readonly header: string };
  /** So long it makes rows; then it ends when all of them are written. */
  readonly seconds: number;
}

/** What a process of ours has done. */
export interface ReplicaRun {
  readonly rows: number;
  readonly writes: number;
  /** Writes that failed, and whose batches were given again. */
  readonly failures: number;
  /** Of a write, the longest, in milliseconds. */
  readonly longest: number;
}

/**
 * A scoring process of ours, built: a few rows now and then, which a write a second brings to the blob. As the collector does, it
 * gives batches again, under their ids, until a write has succeeded. `folder` is for its script.
 */
export async function runReplica(folder: string, options: ReplicaOptions): Promise<ReplicaRun> {
  const script = join(folder, `${options.writer}.mjs`);
  await writeFile(script, scriptOf(options));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Whatever ends the tests ends it too.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [status] = await once(child, 'close');
  process.off('exit', kill);
  if (status !== 0) throw new Error(`${options.writer} ended with ${status}: ${output}`);
  return JSON.parse(output) as ReplicaRun;
}

function scriptOf(options: ReplicaOptions): string {
  return `
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AzureSink } from '${DIST}collect/azure-sink.js';
import { connectionAddress } from '${DIST}storage/azure/connection-address.js';

const { writer, connectionString, container, target, seconds } = ${JSON.stringify(options)};
const blob = { name: target.name, header: Buffer.from(target.header) };
const sink = new AzureSink(connectionAddress(connectionString, container), {
  connections: [connectionString], concurrency: 4, maxMbps: Infinity, retrySeconds: 5,
});
const run = { rows: 0, writes: 0, failures: 0, longest: 0 };
let waiting = [];
const end = Date.now() + seconds * 1000;
while (Date.now() < end || waiting.length > 0) {
  if (Date.now() < end) {
    for (let n = Math.floor(Math.random() * 3); n >= 0; n -= 1) {
      const count = 1 + Math.floor(Math.random() * 5);
      const rows = Array.from({ length: count }, () => \`\${writer},\${run.rows++}\\r\\n\`);
      waiting.push({ id: randomUUID(), bytes: Buffer.from(rows.join('')), rows: count });
    }
  }
  const start = Date.now();
  try {
    await sink.write(blob, waiting);
    waiting = [];
    run.writes += 1;
  } catch (error) {
    if (error.code !== 'storage') throw error;
    run.failures += 1;
  }
  run.longest = Math.max(run.longest, Date.now() - start);
  await sleep(500 + Math.random() * 1000);
}
await sink.close();
console.log(JSON.stringify(run));
`;
}
