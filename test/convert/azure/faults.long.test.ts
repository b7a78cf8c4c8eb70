import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readWhole, writeWhole } from '../../../src/storage/storage.js';
import { openBlobs } from '../../storage/azure/open-blobs.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer, uploadFolder } from '../../support/blob-trees.js';
import { type CliRun, runCli, startCli } from '../../support/cli-child.js';
import { type FaultOptions, FaultProxy } from '../../support/fault-proxy.js';
import { legacyFolder } from '../../support/golden.js';
import { expectedOutcome, journalOf, outcomeOf } from '../../support/outcome.js';

const SHARE = 0.05;
/** Of the golden tree, without the telemetry. */
const SOURCES = 18;
const given = process.env['MDC_FAULT_SEED'];
const SEEDS: readonly number[] =
  given === undefined ? [1, 2, 3].map(() => randomInt(2 ** 31)) : [Number(given)];
/** The emulator's well-known key, so that no test needs to hide it: what is grepped for. */
const KEY = /AccountKey=([^;]+)/;

let azurite: Azurite;
let expected: Map<string, string>;
beforeAll(async () => {
  azurite = await startAzurite();
  await uploadFolder(await openContainer(azurite.connectionString, 'modeldata'), legacyFolder('diabetes'));
  await openContainer(azurite.connectionString, 'results');
  expected = await expectedOutcome('diabetes');
});
afterAll(() => azurite.stop());

async function proxied(options: FaultOptions): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(azurite, { stallMs: 1500, ...options });
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** By the command line of the build, through the proxy; `to` is a folder in the container of the results. */
function run(proxy: FaultProxy, to: string, command: string, ...args: string[]): Promise<CliRun> {
  const urls = [`${proxy.endpoint}/modeldata`, `${proxy.endpoint}/results/${to}`];
  return runCli([command, ...urls, ...args], { AZURE_STORAGE_CONNECTION_STRING: proxy.connectionString });
}

/** What lies there, read without the proxy. */
async function written(to: string): Promise<Map<string, Buffer>> {
  return await readContainer(await openContainer(azurite.connectionString, 'results'), `${to}/`);
}

function expectDone({ status, stdout, stderr }: CliRun): void {
  expect(status, stdout + stderr).toBe(0);
}

describe('a network that spoils one request in twenty', () => {
  for (const [n, seed] of SEEDS.entries()) {
    it(`a complete, verified tree, each source journalled once: seed ${n + 1}`, async () => {
      const proxy = await proxied({ seed, share: SHARE });
      expectDone(await run(proxy, `seed-${seed}`, 'convert', '--workers', '2'));
      expectDone(await run(proxy, `seed-${seed}`, 'verify'));
      console.log(`seed ${seed}: ${proxy.requests} requests, ${JSON.stringify(proxy.counts)}`);
      expect(proxy.faults).toBeGreaterThan(0);
      const files = await written(`seed-${seed}`);
      expect(outcomeOf(files)).toEqual(expected);
      const { sources } = journalOf(files);
      expect(sources).toHaveLength(SOURCES);
      expect(new Set(sources).size).toBe(SOURCES);
      expect([...files.keys()].filter((name) => /lock|progress/.test(name))).toEqual([]);
    });
  }

  for (const fault of ['lost', 'truncated'] as const) {
    it(`or one answer in four, ${fault}: the same, and nothing is written twice`, async () => {
      const seed = SEEDS[0] ?? 0;
      const proxy = await proxied({ seed, share: 0.25, faults: [fault] });
      expectDone(await run(proxy, fault, 'convert', '--workers', '2'));
      console.log(`seed ${seed}: ${proxy.requests} requests, ${JSON.stringify(proxy.counts)}`);
      expect(proxy.counts[fault]).toBeGreaterThan(5);
      const files = await written(fault);
      expect(outcomeOf(files)).toEqual(expected);
      expect(journalOf(files).sources).toHaveLength(SOURCES);
    });
  }
});

describe('a network on which every request fails', () => {
  const LIMIT = ['--workers', '2', '--retry-seconds', '5'];

  it('ends the run within its deadline with exit 3 and what to do; what was done is kept, and a later run completes', async () => {
    const proxy = await proxied({ seed: SEEDS[0] ?? 0, share: 0 });
    expectDone(await run(proxy, 'dead', 'convert', '--include', '**/inputs/**', ...LIMIT));
    const before = await written('dead');
    const done = new Set(journalOf(before).sources);
    expect(done.size).toBeGreaterThan(0);
    expect(done.size).toBeLessThan(SOURCES);

    proxy.share = 1;
    await expectGivenUp(await timed(() => run(proxy, 'dead', 'convert', ...LIMIT)), 15);
    expect(await written('dead')).toEqual(before);

    proxy.share = 0;
    const last = await run(proxy, 'dead', 'convert', '--json', ...LIMIT);
    expectDone(last);
    expect(JSON.parse(last.stdout)).toMatchObject({ unchanged: done.size, converted: SOURCES - done.size });
    expect(outcomeOf(await written('dead'))).toEqual(expected);
  });

  it('from some moment of a run on: the same, with whole files only', async () => {
    const proxy = await proxied({ seed: SEEDS[0] ?? 0, share: 0 });
    expectDone(await run(proxy, 'all', 'convert', ...LIMIT));
    const { requests } = proxy;
    for (const part of [0.5, 0.9]) {
      const to = `dying-${part}`;
      const from = proxy.requests;
      proxy.failsAfter = from + Math.floor(requests * part);
      // One clock runs for all that is under way, and for what puts things in order after it: not one after the other.
      await expectGivenUp(await timed(() => run(proxy, to, 'convert', '--retry-seconds', '8')), 24);
      for (const [name, content] of outcomeOf(await written(to)))
        expect(content, name).toBe(expected.get(name));
      proxy.failsAfter = Number.POSITIVE_INFINITY;
      expectDone(await run(proxy, to, 'convert', ...LIMIT));
      expect(outcomeOf(await written(to))).toEqual(expected);
    }
  });

  async function timed(act: () => Promise<CliRun>): Promise<CliRun & { readonly seconds: number }> {
    const start = performance.now();
    const ran = await act();
    return { ...ran, seconds: (performance.now() - start) / 1000 };
  }

  async function expectGivenUp(ran: CliRun & { readonly seconds: number }, most: number): Promise<void> {
    const { status, stdout, stderr, seconds } = ran;
    console.log(`ended after ${seconds.toFixed(1)} s: ${stderr.trim().split('\n').join(' | ')}`);
    expect(status, stdout + stderr).toBe(3);
    expect(seconds).toBeLessThan(most);
    expect(stderr).toContain('what is done is kept');
    expect(stderr).not.toContain('a bug in mdc-bridge');
    expect(stdout + stderr).not.toContain(KEY.exec(azurite.connectionString)?.[1]);
  }
});

describe('a run that is told to stop while no request succeeds', () => {
  for (const faults of [['stall'], ['reset', '503'], ['lost']] as const) {
    it(`ends soon (${faults.join(', ')}), keeps what is done, and a later run completes`, async () => {
      const proxy = await proxied({ seed: SEEDS[0] ?? 0, share: 0, faults, stallMs: 3_600_000 });
      const to = `stopped-${faults.join('-')}`;
      const urls = [`${proxy.endpoint}/modeldata`, `${proxy.endpoint}/results/${to}`];
      const environment = { AZURE_STORAGE_CONNECTION_STRING: proxy.connectionString };
      const child = startCli(['convert', ...urls, '--workers', '2'], environment);
      await vi.waitUntil(async () => (await written(to)).size > 8, { timeout: 60_000 });
      proxy.share = 1;
      await sleep(700);
      const start = performance.now();
      child.process.kill('SIGINT');
      const { status, stdout, stderr } = await child.ended;
      const seconds = (performance.now() - start) / 1000;
      console.log(`${to}: ${status} after ${seconds.toFixed(1)} s: ${stderr.trim().split('\n').join(' | ')}`);
      expect([3, 130], stdout + stderr).toContain(status);
      expect(seconds).toBeLessThan(5);
      for (const [name, content] of outcomeOf(await written(to)))
        expect(content, name).toBe(expected.get(name));
      proxy.share = 0;
      expectDone(await run(proxy, to, 'convert'));
      expect(outcomeOf(await written(to))).toEqual(expected);
    });
  }
});

describe('a connection that stalls for ever', () => {
  it('is given up by the client, and the request sent again', async () => {
    const seed = SEEDS[0] ?? 0;
    const proxy = await proxied({ seed, share: 0.3, faults: ['stall'], stallMs: 3_600_000 });
    const storage = await openBlobs(proxy, 'results', 'stalls/', { tryMs: 300 });
    const names = Array.from({ length: 8 }, (_, i) => `object-${i}`);
    for (const name of names) await writeWhole(storage, name, name.repeat(100));
    for (const name of names) expect((await readWhole(storage, name))?.toString()).toBe(name.repeat(100));
    await storage.append('log', Buffer.from('one\n'));
    await storage.append('log', Buffer.from('two\n'));
    expect((await readWhole(storage, 'log'))?.toString()).toBe('one\ntwo\n');
    console.log(`seed ${seed}: ${proxy.requests} requests, ${proxy.counts.stall} stalled`);
    expect(proxy.counts.stall).toBeGreaterThan(0);
  });
});
