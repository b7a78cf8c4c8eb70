import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwIfAborted } from '../../errors.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { isChanged } from '../../storage/storage.js';
import { CallLedger } from '../census/call-ledger.js';
import type { CensusTask } from '../census/file-census.js';
import { inLanes } from '../lanes.js';
import { ProgressMeter } from '../progress.js';
import type { RunOptions } from '../run-options.js';
import { matchPattern, type Source } from '../source.js';
import type { Pool } from '../worker-pool.js';
import type { CensusedSource } from './identities.js';
import type { ListedSource } from './list-sources.js';

/** Of a source that changes each time; an hour's file that is still written has rest for long enough between two writings. */
const READINGS = 5;

/**
 * Reads every row of every source. Inputs first: they leave the hashes of their correlation ids in a temporary folder, in which
 * the other sources of the same folders and day look theirs up. A source that changes meanwhile is read again as it is then;
 * one that never rests, or is gone, is left out.
 */
export async function takeCensuses(
  source: Source,
  sources: readonly ListedSource[],
  settings: MappingSettings,
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>,
  pool: Pool,
): Promise<{ readonly censused: CensusedSource[]; readonly restless: ListedSource[] }> {
  const meter = new ProgressMeter('plan', onProgress);
  meter.expect(
    sources.length,
    sources.reduce((sum, { size }) => sum + size, 0),
  );
  const folder = await mkdtemp(join(tmpdir(), 'mdc-bridge-plan-'));
  pool.watch({ signal, onChunk: meter.read.bind(meter) });
  try {
    const tasks = makeTasks(sources, settings, folder);
    const result: (CensusedSource | undefined)[] = [];
    const take = (wave: readonly (readonly [CensusTask, number])[]): Promise<void> =>
      inLanes(pool.jobs, wave, async ([task, index]) => {
        throwIfAborted(signal);
        result[index] = await takeAtRest(task, sources[index], source, pool);
        meter.fileDone();
      });
    const numbered = tasks.map((task, index) => [task, index] as const);
    // Large files first, so that no thread is left with one at the end.
    numbered.sort(([a], [b]) => b.size - a.size);
    await take(numbered.filter(([task]) => task.saveLedger));
    await take(numbered.filter(([task]) => !task.saveLedger));
    const restless = sources.filter((_, i) => result[i] === undefined);
    return { censused: result.filter((one) => one !== undefined), restless };
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeAtRest(
  task: CensusTask,
  listed: ListedSource | undefined,
  source: Source,
  pool: Pool,
): Promise<CensusedSource | undefined> {
  if (listed === undefined) return undefined;
  let state: Pick<ListedSource, 'size' | 'etag'> = task;
  for (let left = READINGS; left > 0; left -= 1) {
    try {
      const census = await pool.run({ kind: 'census', task: { ...task, ...state } });
      return { ...listed, ...state, census };
    } catch (error) {
      if (!isChanged(error)) throw error;
      const now = await source.storage.stat(task.object);
      if (now === undefined) break;
      state = { size: now.size, etag: now.etag };
    }
  }
  // Others will look for it: none of its calls is known.
  if (task.saveLedger) new CallLedger(task.ledger).save();
  return undefined;
}

function makeTasks(
  sources: readonly ListedSource[],
  settings: MappingSettings,
  folder: string,
): CensusTask[] {
  const ledger = (index: number): string => join(folder, String(index));
  const inputsOfDay = new Map<string, string[]>();
  sources.forEach((source, index) => {
    if (source.path.designation.designation !== 'inputs') return;
    const key = dayKey(source);
    inputsOfDay.set(key, [...(inputsOfDay.get(key) ?? []), ledger(index)]);
  });
  return sources.map((source, index) => {
    const { designation } = source.path.designation;
    return {
      source: source.name,
      object: source.object,
      size: source.size,
      etag: source.etag,
      header: matchPattern(settings.header, source.name) ?? 'auto',
      designation,
      keepAmlColumns: settings.keepAmlColumns,
      ledger: ledger(index),
      saveLedger: designation === 'inputs',
      ...(designation === 'inputs' ? {} : { inputs: inputsOfDay.get(dayKey(source)) ?? [] }),
    };
  });
}

/** A correlated row lies in the folders and the day of its own request, whenever it was collected. */
function dayKey({ path }: ListedSource): string {
  const prefix = path.designation.kind === 'known' ? path.designation.prefix : '';
  return [...path.before, prefix, path.date].join('/');
}
