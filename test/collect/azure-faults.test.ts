import { randomInt } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { errorOf } from '../support/error-of.js';
import { type Fault, FaultProxy } from '../support/fault-proxy.js';
import { batchOf, HEADER, ownContainer } from './azure-containers.js';

const SEED = Number(process.env['MDC_FAULT_SEED'] ?? randomInt(2 ** 31));

const { azurite, container } = await ownContainer();

async function proxied(faults: readonly Fault[], share: number): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(azurite, { seed: SEED, share, faults });
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** No claim: several refusals in a row, each of which is waited for twice as long as the one before, took 33 s with one seed. */
const PATIENCE = { timeout: 120_000 };

describe.each(['429', '500', '503', 'reset', 'truncated', 'lost'] as const)('a network with %s', (fault) => {
  it(
    `in one request of four: every row once, the header once and first (seed ${SEED})`,
    PATIENCE,
    async () => {
      const proxy = await proxied([fault], 0.25);
      const target = container.target();
      const sink = container.through(proxy).sink();
      const rows = Array.from({ length: 6 }, (_, n) => String(n));
      for (let n = 0; n < rows.length; n += 2) {
        await sink.write(
          target,
          rows.slice(n, n + 2).map((row) => batchOf(row)),
        );
      }
      expect(proxy.counts[fault] + proxy.counts.lost).toBeGreaterThan(0);
      expect(await container.text(target.name)).toBe(`${HEADER}${rows.map((row) => `${row}\r\n`).join('')}`);
    },
  );
});

describe('a write that failed at any of its requests for good', () => {
  it('is made up for by the next, of the same batches: every row once', async () => {
    const proxy = await proxied(['lost', '500'], 0);
    for (let requests = 0; requests <= 9; requests += 1) {
      const target = container.target();
      const sink = container.through(proxy).sink({ retrySeconds: 0 });
      const batches = [batchOf('1'), batchOf('2')];
      proxy.failsAfter = proxy.requests + requests;
      const failed = await sink.write(target, batches).then(
        () => false,
        () => true,
      );
      proxy.failsAfter = Number.POSITIVE_INFINITY;
      // The last of its requests gives back the lease: all is done before.
      expect(failed, `${requests} requests`).toBe(requests < 8);
      // A lease that was not given back is somebody's for half a minute.
      await container
        .blob(target.name)
        .getBlobLeaseClient()
        .breakLease(0)
        .catch(() => undefined);
      await sink.write(target, [...batches, batchOf('3')]);
      expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n3\r\n`);
    }
  });

  it('tells what to do, and nothing of the key', async () => {
    const proxy = await proxied(['503'], 1);
    const sink = container.through(proxy).sink({ retrySeconds: 0 });
    const error = await errorOf(sink.write(container.target(), [batchOf('1')]));
    expect(error).toMatchObject({ code: 'storage', reason: 'ServerBusy' });
    expect(error.remedy).toBe('the rows are kept and tried again; see to it before the buffer is full');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('Eby8vdM02xNO');
  });
});

describe('a write that is to stop', () => {
  it('stops within a moment though nobody answers, and the batches can be given again', async () => {
    const proxy = await proxied(['stall'], 1);
    const [target, batch] = [container.target(), batchOf('1')];
    const stop = new AbortController();
    const stopped = errorOf(container.through(proxy).sink().write(target, [batch], stop.signal));
    setTimeout(() => stop.abort(), 100);
    expect(await stopped).toMatchObject({ code: 'aborted' });
    await container.sink().write(target, [batch]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n`);
  });
});
