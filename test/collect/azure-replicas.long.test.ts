import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FaultProxy } from '../support/fault-proxy.js';
import { PythonWriter } from '../support/python-writer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { batchOf, HEADER, ownContainer } from './azure-containers.js';
import { Meddler } from './azure-meddling.js';
import { REPLICA_BLOB, runReplica } from './azure-replica.js';

/** The issue's own test is of 120. */
const SECONDS = Number(process.env['MDC_COLLECT_SECONDS'] ?? 30);
const SEED = Number(process.env['MDC_FAULT_SEED'] ?? randomInt(2 ** 31));
const FAULTS = ['429', '500', '503', 'reset', 'truncated', 'lost'] as const;
const LEASE_MS = 30_000;

const { azurite, container } = await ownContainer();

/** Rows of the simulated Python process until the time is over, and then its turns until it has seen all of them committed. */
async function runPython(writer: PythonWriter): Promise<{ rows: number; failures: number }> {
  const run = { rows: 0, failures: 0 };
  const trying = async (act: () => Promise<void>): Promise<void> => {
    await act().catch(() => {
      run.failures += 1;
    });
  };
  const end = Date.now() + SECONDS * 1000;
  await trying(() => writer.start(HEADER.toString()));
  while (Date.now() < end || writer.pending > 0) {
    if (Date.now() < end) {
      const rows = Array.from({ length: randomInt(1, 6) }, () => `python,${run.rows++}\r\n`);
      await trying(() => writer.write(rows.join('')));
    }
    await trying(() => writer.commit());
    await sleep(randomInt(500, 1500));
  }
  return run;
}

describe('a blob that three processes of ours and a Python process write together', () => {
  it(`for ${SECONDS} s over a network that spoils one request of twenty has every row once, and the header once and first`, {
    timeout: SECONDS * 1000 + 240_000,
  }, async () => {
    const proxy = await FaultProxy.start(azurite, { seed: SEED, share: 0.05, faults: FAULTS });
    onTestFinished(() => proxy.stop());
    const folder = await temporaryFolder();
    const faulty = container.through(proxy);
    const url = await faulty.sasUrl(REPLICA_BLOB);
    const writers = ['a', 'b', 'c'];
    const [python, ...ours] = await Promise.all([
      runPython(new PythonWriter(url)),
      ...writers.map((writer) =>
        runReplica(folder, {
          writer,
          connectionString: proxy.connectionString,
          storage: faulty.client.url,
          seconds: SECONDS,
        }),
      ),
    ]);
    console.log(`seed ${SEED}: ${proxy.requests} requests, ${JSON.stringify(proxy.counts)}`);
    console.log(JSON.stringify({ python, ours }));
    expect(proxy.faults).toBeGreaterThan(0);

    const counts = new Map([
      ['python', python.rows],
      ...writers.map((w, n) => [w, ours[n]?.accepted ?? 0] as const),
    ]);
    const expected = [...counts].flatMap(([writer, rows]) =>
      Array.from({ length: rows }, (_, row) => `${writer},${row}`),
    );
    const text = await container.text(REPLICA_BLOB);
    expect(text.startsWith(HEADER.toString())).toBe(true);
    const lines = text.slice(HEADER.length).trimEnd().split('\r\n');
    expect(lines.toSorted()).toEqual(expected.toSorted());
    expect((await container.blocks(REPLICA_BLOB)).uncommitted.filter((id) => id !== 'header')).toEqual([]);
  });
});

describe('a turn that takes longer than a lease', () => {
  it('keeps the lease, and another writer waits for its end', async () => {
    const target = container.target();
    const sink = container.sink();
    await sink.write(target, [batchOf('0')]);
    const meddler = new Meddler(
      (word) => word === 'stage',
      async (send) => {
        await sleep(LEASE_MS + 5000);
        return await send();
      },
    );
    const slow = meddler.blob(container.blob(target.name).url, azurite, { tryMs: 60_000 });
    const slowly = slow.append(HEADER, [batchOf('slow')]);
    await sleep(1000);
    await Promise.all([slowly, sink.write(target, [batchOf('waiting')])]);
    expect(await container.text(target.name)).toBe(`${HEADER}0\r\nslow\r\nwaiting\r\n`);
    const turn = ['acquire', 'list', 'stage', 'commit', 'list staged', 'release'];
    expect(meddler.asked.filter((word) => word !== 'renew')).toEqual(turn);
    expect(meddler.asked).toContain('renew');
  });
});
