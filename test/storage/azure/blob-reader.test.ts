import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobClient } from '@azure/storage-blob';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BlobRange, readBlob } from '../../../src/storage/azure/blob-reader.js';
import { ByteBudget } from '../../../src/storage/azure/byte-budget.js';
import { errorOf } from '../../support/error-of.js';
import { refusal, testRequests } from './fakes.js';

const MIB = 1024 * 1024;
const RANGE = 4 * MIB;
const CONTENT = Buffer.alloc(9 * MIB + 3);
for (let at = 0; at + 4 <= CONTENT.length; at += 4) CONTENT.writeUInt32LE(at, at);

interface Asked {
  readonly at: number;
  readonly count: number;
  readonly ifMatch: string | undefined;
}

type Download = (asked: Asked, signal: AbortSignal) => Promise<Readable>;

const whole: Download = async ({ at, count }) => Readable.from([CONTENT.subarray(at, at + count)]);

/** A blob in memory; what it was asked for, in order. */
function fakeBlob(download: Download = whole): { readonly blob: BlobClient; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const client: Pick<BlobClient, 'download'> = {
    download: async (at = 0, count = 0, { conditions, abortSignal } = {}) => {
      const one = { at, count, ifMatch: conditions?.ifMatch };
      asked.push(one);
      const readableStreamBody = await download(one, abortSignal as AbortSignal);
      return { readableStreamBody } as unknown as Awaited<ReturnType<BlobClient['download']>>;
    },
  };
  return { blob: client as BlobClient, asked };
}

async function read(
  blob: BlobClient,
  { start, end }: Pick<BlobRange, 'start' | 'end'>,
  budget = new ByteBudget(64 * MIB),
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(blob, { start, end, etag: 'e1' }, testRequests(), budget, undefined)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe('a range of a blob', () => {
  it('is those bytes, in order, with bounds at and around those of its requests (property)', async () => {
    const bound = fc
      .tuple(fc.constantFrom(0, RANGE, 2 * RANGE, CONTENT.length), fc.integer({ min: -2, max: 2 }))
      .map(([near, by]) => Math.max(0, Math.min(CONTENT.length, near + by)));
    await fc.assert(
      fc.asyncProperty(bound, bound, fc.constantFrom(0, RANGE, 64 * MIB), async (one, other, most) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const { blob, asked } = fakeBlob(async (range) => {
          // The first comes last.
          if (range.at === start) await sleep(2);
          return await whole(range, AbortSignal.abort());
        });
        const bytes = await read(blob, { start, end }, new ByteBudget(most));
        expect(bytes.equals(CONTENT.subarray(start, end))).toBe(true);
        expect(asked).toHaveLength(Math.ceil((end - start) / RANGE));
      }),
      { numRuns: 60 },
    );
  });

  it('is asked for under the etag, in no more than 4 MiB at a time', async () => {
    const { blob, asked } = fakeBlob();
    await read(blob, { start: 0, end: CONTENT.length });
    expect(asked).toEqual([
      { at: 0, count: RANGE, ifMatch: '"e1"' },
      { at: RANGE, count: RANGE, ifMatch: '"e1"' },
      { at: 2 * RANGE, count: MIB + 3, ifMatch: '"e1"' },
    ]);
  });

  it('is asked for again where its body ends too soon, breaks off, or is too long', async () => {
    const failures: readonly Download[] = [
      async ({ at }) => Readable.from([CONTENT.subarray(at, at + 5)]),
      async () => Readable.from([]),
      async ({ at, count }) => Readable.from([CONTENT.subarray(at, at + count), Buffer.from('x')]),
      // In the SDK's words, which have no code.
      async () =>
        new Readable({
          read() {
            this.destroy(new Error('Data corruption failure: received less data'));
          },
        }),
    ];
    for (const failure of failures) {
      let tries = 0;
      const { blob } = fakeBlob(async (range, signal) => {
        tries += 1;
        return await (tries === 1 ? failure : whole)(range, signal);
      });
      expect((await read(blob, { start: 3, end: 1003 })).equals(CONTENT.subarray(3, 1003))).toBe(true);
      expect(tries).toBe(2);
    }
  });

  it('is asked for again where the connection breaks within it, as the SDK tells it', async () => {
    let tries = 0;
    const server = createServer((_, answer) => {
      tries += 1;
      answer.writeHead(206, { 'content-length': '1000', etag: '"e1"' });
      if (tries === 1) answer.write(CONTENT.subarray(0, 500), () => answer.destroy());
      else answer.end(CONTENT.subarray(0, 1000));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account/container/a`;
    const blob = new BlobClient(url, undefined, { retryOptions: { maxTries: 1 } });
    const bytes = await read(blob, { start: 0, end: 1000 });
    expect([bytes.equals(CONTENT.subarray(0, 1000)), tries]).toEqual([true, 2]);
  });

  it('fails with what the service says of a later part of it', async () => {
    const { blob } = fakeBlob(async (range, signal) => {
      if (range.at > 0) throw refusal(412, 'ConditionNotMet');
      return await whole(range, signal);
    });
    await expect(read(blob, { start: 0, end: CONTENT.length })).rejects.toMatchObject({ statusCode: 412 });
  });

  it('stops at its signal', async () => {
    const stop = new AbortController();
    const { blob } = fakeBlob(async (range, signal) => {
      if (range.at === 0) return await whole(range, signal);
      return await new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    });
    const range = { start: 0, end: CONTENT.length, etag: 'e1' };
    const reading = async (): Promise<void> => {
      for await (const _ of readBlob(blob, range, testRequests(), new ByteBudget(0), stop.signal))
        stop.abort();
    };
    expect(await errorOf(reading())).toMatchObject({ code: 'aborted' });
  });
});

describe('reading ahead', () => {
  /** A blob whose requests never end but the first, as far as they have not been stopped. */
  function pending(): { readonly blob: BlobClient; readonly asked: Asked[]; readonly stopped: number[] } {
    const stopped: number[] = [];
    const fake = fakeBlob(async (range, signal) => {
      if (range.at === 0) return await whole(range, signal);
      return await new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => {
          stopped.push(range.at);
          reject(signal.reason);
        }),
      );
    });
    return { ...fake, stopped };
  }
  const huge = { start: 0, end: 20 * RANGE, etag: 'e1' };

  for (const [most, expected] of [
    [64 * MIB, 4],
    [2 * RANGE, 3],
    [RANGE, 2],
    [0, 2],
  ] as const) {
    it(`is of ${expected} requests at most, with a budget of ${most / MIB} MiB, which comes back when the reader stops`, async () => {
      const { blob, asked, stopped } = pending();
      const budget = new ByteBudget(most);
      for await (const _ of readBlob(blob, huge, testRequests(), budget, undefined)) break;
      expect(asked).toHaveLength(expected);
      await sleep(10);
      expect(stopped).toHaveLength(expected - 1);
      expect(budget.tryTake(most + 1)).toBe(true);
    });
  }

  it('is left out where others have the budget; the reader goes on nevertheless', async () => {
    const budget = new ByteBudget(RANGE);
    await budget.take(RANGE);
    let [now, most] = [0, 0];
    const { blob } = fakeBlob(async (range, signal) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(2);
      now -= 1;
      return await whole(range, signal);
    });
    expect((await read(blob, { start: 0, end: CONTENT.length }, budget)).equals(CONTENT)).toBe(true);
    expect(most).toBe(1);
  });
});
