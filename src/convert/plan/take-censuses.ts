import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../errors.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { isChanged } from '../../storage/storage.js';
import type { CensusTask } from '../census/file-census.js';
import type { SavedCalls } from '../census/saved-ledger.js';
import { inTurns } from '../in-turns.js';
import { inLanes } from '../lanes.js';
import type { LongList } from '../plan-file.js';
import { ProgressMeter } from '../progress.js';
import type { RunOptions } from '../run-options.js';
import { matchPattern, type ReadableSource } from '../source.js';
import type { Pool } from '../worker-pool.js';
import { CensusFacts } from './census-facts.js';
import { Groups } from './groups.js';
import { ownIdentity } from './identities.js';
import type { ListedSource } from './list-sources.js';
import type { Scratch } from './scratch.js';
import { type Censuses, type SourceState, type TakenCensus, TakenCensuses } from './taken-censuses.js';

/** Of a source that changes each time; an hour's file that is still written has rest for long enough between two writings. */
const READINGS = 5;
/** Sources in hand at once, and ledgers on disk; a day's are never parted. */
const WINDOW = 4096;
/** Smaller files are read in the order of their names, so that what is known of neighbours lies side by side. */
const LARGE_BYTES = 2 ** 20;

/**
 * Reads every row of every source. Inputs first: they leave the hashes of their correlation ids in a temporary folder, in which
 * the other sources of the same folders and day look theirs up. A source that changes meanwhile is read again as it is then;
 * one that never rests, or is gone, is left out.
 */
export async function takeCensuses(
  source: ReadableSource,
  sources: LongList<ListedSource>,
  settings: MappingSettings,
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>,
  pool: Pool,
  scratch: Scratch,
): Promise<Censuses> {
  const meter = new ProgressMeter('plan', onProgress);
  const days = new Groups(sources.length);
  let bytes = 0;
  for await (const [, listed] of inTurns(sources, signal)) {
    days.add(dayKey(listed));
    bytes += listed.size;
  }
  meter.expect(sources.length, bytes);
  pool.watch({ signal, onChunk: meter.read.bind(meter) });
  const taken = new TakenCensuses(sources, scratch);
  const facts = new CensusFacts(sources.length);
  try {
    for (const window of windows(days)) {
      const folder = scratch.folder();
      const tasks = window.flatMap((day) => dayTasks(day, sources, settings, folder));
      // Large files first, so that no thread is left with one at the end.
      const ordered = tasks.sort((a, b) => largeness(b) - largeness(a) || a.index - b.index);
      const take = (wave: readonly NumberedTask[]): Promise<void> =>
        inLanes(pool.jobs, wave, async (numbered) => {
          throwIfAborted(signal);
          const { task, listed, index } = numbered;
          const one = await takeAtRest(numbered, source, pool);
          if (one !== undefined) {
            facts.add(index, one.census, ownIdentity(listed, one.census, settings), task.header !== 'auto');
            taken.add(index, one);
          }
          meter.fileDone();
        });
      await take(ordered.filter(({ task }) => task.saveLedger));
      await take(ordered.filter(({ task }) => !task.saveLedger));
      await rm(folder, { recursive: true });
    }
    return taken.result(facts);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

interface NumberedTask {
  readonly task: CensusTask;
  readonly listed: ListedSource;
  readonly index: number;
  /** The day's inputs put here what they save, by their number in the day. */
  readonly saved: SavedCalls[];
  readonly place: number;
}

/** Whole days, until there are enough. */
function* windows(days: Groups): Generator<Uint32Array[], void, void> {
  let window: Uint32Array[] = [];
  let length = 0;
  for (const day of days.members()) {
    window.push(day);
    length += day.length;
    if (length < WINDOW) continue;
    yield window;
    window = [];
    length = 0;
  }
  if (length > 0) yield window;
}

function largeness({ task: { size } }: NumberedTask): number {
  return size < LARGE_BYTES ? 0 : size;
}

async function takeAtRest(
  { task, saved, place }: NumberedTask,
  source: ReadableSource,
  pool: Pool,
): Promise<TakenCensus | undefined> {
  let state: SourceState = { size: task.size, etag: task.etag };
  // None of its calls is known, until it is read.
  if (task.saveLedger) saved[place] = new Uint32Array(0);
  for (let left = READINGS; left > 0; left -= 1) {
    try {
      const { saved: calls, ...census } = await pool.run({ kind: 'census', task: { ...task, ...state } });
      if (calls !== undefined) saved[place] = calls;
      return { state, census };
    } catch (error) {
      if (!isChanged(error)) throw error;
      const now = await source.storage.stat(task.object);
      if (now === undefined) break;
      state = { size: now.size, etag: now.etag };
    }
  }
  return undefined;
}

/** `day`: the indexes of the sources of one day. */
function dayTasks(
  day: Uint32Array,
  sources: LongList<ListedSource>,
  settings: MappingSettings,
  folder: string,
): NumberedTask[] {
  const saved: SavedCalls[] = [];
  let inputs = 0;
  return [...day].map((index) => {
    const listed = sources.at(index);
    if (listed === undefined) throw new RangeError(`no source has the index ${index}`);
    const { designation } = listed.path.designation;
    const task: CensusTask = {
      source: listed.name,
      object: listed.object,
      size: listed.size,
      etag: listed.etag,
      header: matchPattern(settings.header, listed.name) ?? 'auto',
      designation,
      keepAmlColumns: settings.keepAmlColumns,
      ledger: join(folder, String(index)),
      saveLedger: designation === 'inputs',
      ...(designation === 'inputs' ? {} : { inputs: saved }),
    };
    if (task.saveLedger) inputs += 1;
    return { task, listed, index, saved, place: inputs - 1 };
  });
}

/** A correlated row lies in the folders and the day of its own request, whenever it was collected. */
function dayKey({ path }: ListedSource): string {
  const prefix = path.designation.kind === 'known' ? path.designation.prefix : '';
  return [...path.before, prefix, path.date].join('/');
}
