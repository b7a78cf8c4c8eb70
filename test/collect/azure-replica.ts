import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DIST: string = new URL('../../dist/', import.meta.url).href;

export interface ReplicaOptions {
  /** Stands in each of its rows. */
  readonly writer: string;
  readonly connectionString: string;
  /** The container's URL. */
  readonly storage: string;
  /** So long it makes rows; then it ends when all of them are written. */
  readonly seconds: number;
}

/** Where every replica writes. */
export const REPLICA_BLOB = 'rg/ws/svc/model/1/general/2026/11/22/data.csv';

/** What a process of ours has done: its collector's own counts. */
export interface ReplicaRun {
  readonly accepted: number;
  readonly written: number;
  /** Rows of writes that failed, and were written later. */
  readonly retried: number;
}

/**
 * A scoring process of ours, built: a few rows now and then, and a flush a second. It ends when all of them are written. `folder` is
 * for its script.
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
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelDataCollector } from '${DIST}index.js';

const { writer, connectionString, storage, seconds } = ${JSON.stringify(options)};
const collector = new ModelDataCollector('model', 'general', ['writer', 'row'], {
  workspace: 'rg/ws', webserviceName: 'svc', modelVersion: '1',
  enabled: true, storage, flushMs: 1000, storageOptions: { retrySeconds: 5 }, onError: () => undefined,
  environment: { AZURE_STORAGE_CONNECTION_STRING: connectionString },
  clock: () => Date.UTC(2026, 10, 22, 12),
});
let made = 0;
const end = Date.now() + seconds * 1000;
while (Date.now() < end) {
  for (let n = Math.floor(Math.random() * 3); n >= 0; n -= 1) {
    const count = 1 + Math.floor(Math.random() * 5);
    collector.collect(Array.from({ length: count }, () => [writer, made++]));
  }
  await sleep(500 + Math.random() * 1000);
}
while (collector.stats().bytesBuffered > 0) await collector.flush().catch(() => sleep(500));
const { accepted, written, retried } = collector.stats();
await collector.close();
console.log(JSON.stringify({ accepted, written, retried }));
`;
}
