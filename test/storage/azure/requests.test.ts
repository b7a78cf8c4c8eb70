import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Requests } from '../../../src/storage/azure/requests.js';
import { errorOf } from '../../support/error-of.js';
import { refusal, silence, testRequests } from './fakes.js';

/** Tries that fail in this way, one after the other, and then succeed; and when each began. */
function failing(...errors: readonly Error[]): {
  readonly act: () => Promise<string>;
  readonly began: number[];
} {
  const began: number[] = [];
  const act = async (): Promise<string> => {
    const error = errors[began.length];
    began.push(performance.now());
    if (error !== undefined) throw error;
    return 'done';
  };
  return { act, began };
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));

/** Work that goes on until its signal fires, as the SDK's does. */
const stalling = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
  });

/** Requests to a service that has answered before. */
async function heard(limits: Parameters<typeof testRequests>[0] = {}): Promise<Requests> {
  const requests = testRequests(limits);
  await requests.send(async () => undefined);
  return requests;
}

describe.concurrent('a request', () => {
  it('that fails in passing is repeated after growing pauses, until it succeeds', async ({ expect }) => {
    const { act, began } = failing(refusal(500), silence('ECONNRESET'), refusal(503));
    expect(await testRequests().send(act)).toBe('done');
    const [first = 0, second = 0, third = 0] = gaps(began);
    // Timers may fire a millisecond early.
    expect([first > 98, second > 198, third > 398]).toEqual([true, true, true]);
  });

  for (const status of [400, 403, 404, 409, 412]) {
    it(`that is refused with ${status} is not repeated`, async ({ expect }) => {
      const { act, began } = failing(refusal(status));
      await expect(testRequests().send(act)).rejects.toMatchObject({ statusCode: status });
      expect(began).toHaveLength(1);
    });
  }

  it('that throws something else than a refusal is not repeated', async ({ expect }) => {
    const { act, began } = failing(new TypeError('a bug'));
    await expect(testRequests().send(act)).rejects.toThrow('a bug');
    expect(began).toHaveLength(1);
  });

  it('waits for as long as the service asks', async ({ expect }) => {
    const { act, began } = failing(refusal(503, 'ServerBusy', { 'x-ms-retry-after-ms': '700' }));
    await testRequests().send(act);
    expect(gaps(began)[0]).toBeGreaterThan(698);
  });

  it('is not sent again at once, even if the service asks for no pause', async ({ expect }) => {
    const { act, began } = failing(refusal(503, 'ServerBusy', { 'retry-after': '0' }));
    await testRequests().send(act);
    expect(gaps(began)[0]).toBeGreaterThan(98);
  });

  it('is given up at its deadline with the last error', async ({ expect }) => {
    const requests = await heard({ retrySeconds: 1 });
    let tries = 0;
    const start = performance.now();
    const sent = requests.send(async () => {
      tries += 1;
      throw refusal(500, `try ${tries}`);
    });
    const error = await sent.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: `try ${tries}` });
    expect(tries).toBeGreaterThan(1);
    expect(performance.now() - start).toBeLessThan(1500);
  });

  it('is given up at once where the service asks for a pause beyond the deadline', async ({ expect }) => {
    const requests = await heard({ retrySeconds: 2 });
    const { act, began } = failing(refusal(503, 'ServerBusy', { 'retry-after': '3' }));
    const start = performance.now();
    await expect(requests.send(act)).rejects.toMatchObject({ statusCode: 503 });
    expect([began.length, performance.now() - start < 1000]).toEqual([1, true]);
  });

  it('is tried once if nothing is to be repeated', async ({ expect }) => {
    const { act, began } = failing(refusal(500));
    await expect((await heard({ retrySeconds: 0 })).send(act)).rejects.toMatchObject({ statusCode: 500 });
    expect(began).toHaveLength(1);
  });

  it('is given up after four tries where nobody has ever answered', async ({ expect }) => {
    const { act, began } = failing(...Array.from({ length: 9 }, () => silence('ENOTFOUND')));
    const requests = testRequests({ retrySeconds: 300 });
    await expect(requests.send(act)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(began).toHaveLength(4);
  });

  it('is repeated for longer where somebody has answered, be it with a refusal', async ({ expect }) => {
    const throttled = failing(...Array.from({ length: 4 }, () => refusal(503)));
    expect(await testRequests().send(throttled.act)).toBe('done');
    const requests = testRequests();
    await requests.send(failing(refusal(404)).act).catch(() => undefined);
    const reset = failing(...Array.from({ length: 4 }, () => silence('ECONNRESET')));
    expect(await requests.send(reset.act)).toBe('done');
  });

  it('that stalls is given up after the time of a try, and repeated', async ({ expect }) => {
    let tries = 0;
    const start = performance.now();
    const result = await testRequests({ tryMs: 150 }).send(async (signal) => {
      tries += 1;
      return tries === 1 ? await stalling(signal) : 'done';
    });
    expect([result, tries]).toEqual(['done', 2]);
    expect(performance.now() - start).toBeGreaterThan(248);
  });
});

describe.concurrent('requests', () => {
  /** How many of these tries ran at the same time, at most. */
  async function mostAtOnce(
    count: number,
    send: (act: () => Promise<void>) => Promise<void>,
  ): Promise<number> {
    let [inside, most] = [0, 0];
    const act = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(10);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: count }, () => send(act)));
    return most;
  }

  it('are so many at once, and no more', async ({ expect }) => {
    const requests = testRequests({ concurrency: 3 });
    expect(await mostAtOnce(10, (act) => requests.send(act))).toBe(3);
  });

  it('are fewer at once when the service is throttling', async ({ expect }) => {
    const requests = testRequests({ concurrency: 8 });
    await requests.send(failing(refusal(429)).act);
    expect(await mostAtOnce(12, (act) => requests.send(act))).toBeLessThanOrEqual(6);
  });

  it('are fewer at once when they run out of time: they share a slow line', async ({ expect }) => {
    const requests = testRequests({ concurrency: 8, tryMs: 50, retrySeconds: 0 });
    const all = Array.from({ length: 8 }, () => requests.send(stalling).catch(() => undefined));
    await Promise.all(all);
    expect(await mostAtOnce(12, (act) => requests.send(act))).toBeLessThanOrEqual(6);
  });

  it('of so many megabits a second are spread over time', async ({ expect }) => {
    const requests = testRequests({ maxMbps: 1 });
    const { act, began } = failing();
    // 12,500 bytes are a tenth of a second, from the moment of asking: on a busy machine the first may begin late.
    const start = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => requests.send(act, { bytes: 12_500 })));
    expect(began).toHaveLength(5);
    for (const [i, time] of began.entries()) expect(time - start).toBeGreaterThan(i * 100 - 5);
  });

  it('without a body do not wait for the line', async ({ expect }) => {
    const requests = testRequests({ maxMbps: 0.001 });
    await requests.send(async () => undefined, { bytes: 1000 });
    const start = performance.now();
    await requests.send(async () => undefined);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a request’s signal', () => {
  it('stops it before it is sent', async () => {
    const { act, began } = failing();
    const error = await errorOf(testRequests().send(act, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'aborted' });
    expect(began).toHaveLength(0);
  });

  const waits: Readonly<Record<string, (requests: Requests, signal: AbortSignal) => Promise<unknown>>> = {
    'during a try': (requests, signal) => requests.send(stalling, { signal }),
    'between two tries': (requests, signal) =>
      requests.send(failing(refusal(503, '', { 'retry-after': '15' })).act, { signal }),
    'while it waits for others to be done': async (requests, signal) => {
      for (let n = 0; n < 8; n += 1) requests.send(stalling).catch(() => undefined);
      await requests.send(async () => undefined, { signal });
    },
    'while it waits for the line': async (requests, signal) => {
      await requests.send(async () => undefined, { bytes: 1_000_000 });
      await requests.send(async () => undefined, { bytes: 1, signal });
    },
  };
  for (const [when, wait] of Object.entries(waits)) {
    it(`stops it ${when} with the error for that, and soon`, async () => {
      const stop = new AbortController();
      const start = performance.now();
      const waiting = errorOf(wait(testRequests({ maxMbps: 0.1, tryMs: 10_000 }), stop.signal));
      setTimeout(() => stop.abort(), 50);
      expect(await waiting).toMatchObject({ code: 'aborted' });
      expect(performance.now() - start).toBeLessThan(5000);
    });
  }
});

describe.concurrent('requests that nobody answers', () => {
  const dead = async (): Promise<never> => {
    throw silence('ECONNRESET');
  };

  it('come to their end together: what follows the deadline is tried once', async ({ expect }) => {
    const requests = await heard({ retrySeconds: 1 });
    const start = performance.now();
    const during = Promise.allSettled([requests.send(dead), sleep(500).then(() => requests.send(dead))]);
    await during;
    // Their last pause may have been cut short by the deadline to come.
    await sleep(Math.max(0, start + 1200 - performance.now()));
    const { act, began } = failing(silence('ECONNRESET'));
    await expect(requests.send(act)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(began).toHaveLength(1);
  });

  it('are repeated again as soon as one is answered, be it with a refusal', async ({ expect }) => {
    for (const answer of [async () => undefined, failing(refusal(404)).act]) {
      const requests = await heard({ retrySeconds: 1 });
      await requests.send(dead).catch(() => undefined);
      await requests.send(answer).catch(() => undefined);
      expect(await requests.send(failing(silence('ECONNRESET')).act)).toBe('done');
    }
  });

  it('are not those that their callers gave up', async ({ expect }) => {
    const requests = await heard({ retrySeconds: 0.4 });
    await requests.send(stalling, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    await sleep(500);
    expect(await requests.send(failing(refusal(500)).act)).toBe('done');
  });
});

describe.concurrent('requests of a run that is to stop', () => {
  /** Told to stop after a moment. */
  function stopping(requests: Requests): Requests {
    const stop = new AbortController();
    requests.heed(stop.signal);
    setTimeout(() => stop.abort(), 50);
    return requests;
  }

  it('are repeated no more', async ({ expect }) => {
    const requests = stopping(await heard());
    const { act, began } = failing(refusal(503, '', { 'retry-after': '15' }), refusal(503));
    const start = performance.now();
    await expect(requests.send(act)).rejects.toMatchObject({ statusCode: 503 });
    expect([began.length, performance.now() - start < 5000]).toEqual([1, true]);
    await expect(requests.send(failing(refusal(500)).act)).rejects.toMatchObject({ statusCode: 500 });
  });

  it('may be done with what is under way, but not for long', async ({ expect }) => {
    const requests = stopping(await heard());
    const start = performance.now();
    const [stalled, done] = await Promise.allSettled([
      requests.send(stalling),
      requests.send(() => sleep(500, 'done')),
    ]);
    expect([stalled.status, done]).toEqual(['rejected', { status: 'fulfilled', value: 'done' }]);
    expect(performance.now() - start).toBeLessThan(10_000);
    // Time for an answer there is still, and where there was none, for a short one.
    expect(await requests.send(() => sleep(50, 'done'))).toBe('done');
  });

  it('do not wait for the line', async ({ expect }) => {
    const requests = stopping(testRequests({ maxMbps: 0.1 }));
    await requests.send(async () => undefined, { bytes: 10_000_000 });
    expect(await requests.send(async () => 'done', { bytes: 1 })).toBe('done');
  });

  it('are as ever again for the next run, with a signal of its own or none', async ({ expect }) => {
    for (const next of [new AbortController().signal, undefined]) {
      const requests = await heard();
      requests.heed(AbortSignal.abort());
      requests.heed(next);
      expect(await requests.send(failing(refusal(500)).act)).toBe('done');
    }
  });
});
