import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Collector } from '../../src/collect/collector.js';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, INSTANCE, inStorage, NOW } from './events/events.js';

const RECORDS = '_migration/stages';

/** The lines of the only record below a v2 root. */
function recordIn(root: string): Record<string, unknown>[] {
  const files = readdirSync(join(root, RECORDS));
  expect(files).toHaveLength(1);
  const text = readFileSync(join(root, RECORDS, files[0] ?? ''), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function stagesIn(root: string): unknown[] {
  return recordIn(root).map(({ stage }) => stage);
}

function dual(folder: string, options: CollectorOptions = {}): ModelDataCollector {
  return new ModelDataCollector('best_model', 'inputs', ['x'], {
    webserviceName: 'svc',
    modelVersion: '3',
    enabled: true,
    storage: join(folder, 'modeldata'),
    handleSignals: false,
    environment: {},
    stage: 'dual',
    clock: () => NOW + 0.125,
    ...options,
    v2: { storage: join(folder, 'v2'), ...options.v2 },
  });
}

describe('the record of a collector that writes both layouts', () => {
  it('is a line at its start, and one behind its last call at its end, in a file named as its events’', async () => {
    const folder = await temporaryFolder();
    const inputs = dual(folder, { v2: { storage: join(folder, 'v2'), ramp: 30 } });
    for (let i = 0; i < 100; i += 1) inputs.collect([i]);
    await inputs.close();
    const collection = 'svc/best-model-3/model_inputs';
    const rates = { ramp: 30, samplingRate: 100 };
    expect(recordIn(join(folder, 'v2'))).toEqual([
      { at: '2026-11-22T10:20:30.000125Z', collection, stage: 'dual', ...rates },
      { at: '2026-11-22T10:20:30.000135Z', collection, stage: 'off', ...rates },
    ]);
    const events = readdirSync(join(folder, 'v2', collection, '2026/11/22/10'));
    expect(readdirSync(join(folder, 'v2', RECORDS))).toEqual(events);
  });

  it('has each change of the stage file, between the calls before and after it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = await temporaryFolder();
    const stageFile = join(folder, 'stage');
    writeFileSync(stageFile, 'legacy');
    let now = NOW;
    const inputs = dual(folder, { stageFile, clock: () => now, onError: () => undefined });
    for (const stage of ['dual', 'dual ', 'v2', 'nonsense', 'legacy', 'off']) {
      writeFileSync(stageFile, stage);
      now += 1000;
      vi.advanceTimersByTime(2000);
    }
    await inputs.close();
    expect(recordIn(join(folder, 'v2')).map(({ at, stage }) => [String(at).slice(17, 19), stage])).toEqual([
      ['30', 'legacy'],
      ['31', 'dual'],
      ['33', 'v2'],
      ['35', 'legacy'],
      ['36', 'off'],
    ]);
  });

  it('counts as no row, and needs no call', async () => {
    const folder = await temporaryFolder();
    const inputs = dual(folder, { stage: 'legacy' });
    await inputs.flush();
    expect(stagesIn(join(folder, 'v2'))).toEqual(['legacy']);
    expect(inputs.stats()).toMatchObject({ accepted: 0, written: 0, v2: { accepted: 0, written: 0 } });
    await inputs.close();
  });

  it('keeps nobody waiting: nothing is opened when the collector is made', async () => {
    const folder = await temporaryFolder();
    const inputs = dual(folder);
    expect(existsSync(join(folder, 'v2'))).toBe(false);
    await inputs.close();
  });

  it('comes when the storage does, with what the stage was meanwhile', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'v2'), 'a file where the root should be');
    const errors: Error[] = [];
    const inputs = dual(folder, { onError: (error) => errors.push(error) });
    await expect(inputs.flush()).rejects.toThrow(/_migration\/stages/);
    rmSync(join(folder, 'v2'));
    await inputs.close();
    expect(errors).not.toEqual([]);
    expect(stagesIn(join(folder, 'v2'))).toEqual(['dual', 'off']);
  });

  it('waits for room in a full buffer', async () => {
    const folder = await temporaryFolder();
    const options = { v2: { storage: join(folder, 'v2'), maxBufferedBytes: 1000 } };
    const inputs = dual(folder, { ...options, onError: () => undefined });
    // The record's line, and one event: the next ones are dropped.
    for (let i = 0; i < 9; i += 1) inputs.collect([i]);
    expect(inputs.stats().v2?.dropped.full).toBeGreaterThan(0);
    await inputs.close();
    await inputs.flush();
    expect(stagesIn(join(folder, 'v2'))).toContain('dual');
  });

  it('lies in the spool until it is sent, as events do', async () => {
    const folder = await temporaryFolder();
    // Nobody listens there.
    const storage = 'http://127.0.0.1:1/devstoreaccount1/azureml?sig=x';
    const v2 = { storage, spoolFolder: join(folder, 'spool'), storageOptions: { retrySeconds: 0 } };
    const inputs = dual(folder, { v2, shutdownMs: 100, onError: () => undefined });
    await inputs.close();
    const [file = ''] = readdirSync(join(folder, 'spool'));
    const text = readFileSync(join(folder, 'spool', file), 'latin1');
    expect([...text.matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage)).toEqual(['dual', 'off']);
  });

  it('ends with the last of the collectors that write one collection', async () => {
    const folder = await temporaryFolder();
    const [one, other] = [dual(folder), dual(folder)];
    await one.close();
    expect(stagesIn(join(folder, 'v2'))).not.toContain('off');
    await other.close();
    expect(stagesIn(join(folder, 'v2'))).toEqual(['dual', 'dual', 'off']);
  });

  it('goes on when a process that was told to end still takes calls, whatever its stage', async () => {
    for (const stage of ['legacy', 'dual'] as const) {
      const folder = await temporaryFolder();
      const inputs = dual(folder, { stage, handleSignals: true });
      const ignore = (): void => undefined;
      // Somebody else listens too: the process lives on.
      process.on('SIGTERM', ignore);
      process.emit('SIGTERM');
      await expect.poll(() => stagesIn(join(folder, 'v2'))).toEqual([stage, 'off']);
      process.off('SIGTERM', ignore);
      inputs.collect([1]);
      await inputs.close();
      expect(stagesIn(join(folder, 'v2'))).toEqual([stage, 'off', stage, 'off']);
    }
  });

  it('is not there where nobody says where events go', async () => {
    const folder = await temporaryFolder();
    const { v2: _, ...options } = { v2: undefined };
    const inputs = new ModelDataCollector('m', 'inputs', ['x'], {
      ...options,
      enabled: true,
      storage: join(folder, 'modeldata'),
      handleSignals: false,
    });
    inputs.collect([1]);
    await inputs.close();
    expect(readdirSync(folder)).toEqual(['modeldata']);
  });
});

describe('the record of a collector of events', () => {
  it('says v2 and the sampling rate, in whole seconds as its contexts are', async () => {
    const folder = await temporaryFolder();
    const inputs = collectorIn(folder, { sampleRatePercentage: 25, clock: () => NOW + 999 });
    inputs.collect([{ a: 1 }]);
    await inputs.close();
    const rest = { collection: 'ep/blue/model_inputs', ramp: 100, samplingRate: 25 };
    expect(readdirSync(join(folder, RECORDS))).toEqual([`${INSTANCE}.jsonl`]);
    expect(recordIn(folder)).toEqual([
      { at: '2026-11-22T10:20:30.000000Z', stage: 'v2', ...rest },
      { at: '2026-11-22T10:20:31.000000Z', stage: 'off', ...rest },
    ]);
  });

  it('is not there where it writes to the collection’s own folder: the root is not known', async () => {
    const folder = await temporaryFolder();
    const { storage: _, ...options } = inStorage(folder);
    const inputs = new Collector('model_inputs', { ...options, path: join(folder, 'own') });
    inputs.collect([{ a: 1 }]);
    await inputs.close();
    expect(readdirSync(folder)).toEqual(['own']);
    expect(readdirSync(join(folder, 'own'))).toEqual(['2026']);
  });
});
