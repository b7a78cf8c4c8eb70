import { throwIfAborted } from '../errors.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import { isChanged, type LockHolder, type Storage } from '../storage/storage.js';
import { makeConvertTask } from './convert-task.js';
import { Journal } from './journal.js';
import { listMigrations } from './migrations.js';
import type { Plan } from './plan-file.js';
import { readPlan } from './plan-file-reader.js';
import { ProgressNote, type RunProgress } from './progress-note.js';
import { addUp, type SourceResult } from './report.js';
import { runAtWork } from './run-lock.js';
import type { RunOptions } from './run-options.js';
import { planName } from './source.js';
import { readStored } from './stored-text.js';
import { whyOutdated } from './work-left.js';

/** The result of `readStatus`, and what `status --json` prints. */
export interface StatusReport {
  readonly kind: 'mdc-bridge status';
  readonly version: 1;
  readonly destination: string;
  /** One for each source tree that was converted into the destination, or is being so. */
  readonly migrations: readonly MigrationStatus[];
}

/** How far one migration is, by its last plan. Whether outputs are still as they were written is not looked at. */
export interface MigrationStatus {
  /** The folder under `_migration/`. */
  readonly sourceId: string;
  readonly source: string;
  /** Who converts now; absent: nobody. */
  readonly heldBy?: LockHolder;
  readonly sources: { readonly done: number; readonly inHand: number; readonly left: number };
  /** Of sources: those that are done, and all others. */
  readonly bytes: { readonly done: number; readonly left: number };
  readonly rows: number;
  readonly events: number;
  /** Reason → rows. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Of the run at work; absent while it has not told yet. */
  readonly pace?: Pace;
}

export interface Pace {
  /** Since the run began to convert. */
  readonly seconds: number;
  /** Of sources. */
  readonly bytesPerSecond: number;
  /** Absent while nothing has been read to go by. */
  readonly secondsLeft?: number;
}

/**
 * How far every migration into this destination is, also while another process is at it. Nothing is written. No migration there:
 * an empty list.
 *
 * @throws MdcBridgeError `usage`, `plan-file`, `conflict` (a journal of a later version) or `storage`.
 */
export async function readStatus(
  destinationUrl: StorageAddress,
  options: Pick<RunOptions, 'signal' | 'storage'> = {},
): Promise<StatusReport> {
  const destination = await openStorage(destinationUrl, 'v2', options.storage);
  const migrations: MigrationStatus[] = [];
  for (const id of await listMigrations(destination, options.signal)) {
    throwIfAborted(options.signal);
    migrations.push(await whileWritten(() => readMigration(destination, id)));
  }
  return { kind: 'mdc-bridge status', version: 1, destination: destination.url, migrations };
}

async function readMigration(destination: Storage, id: string): Promise<MigrationStatus> {
  // Asked first: it may have come to its end by the time that a long plan is read.
  const holder = await runAtWork(destination, id);
  const file = planName(id);
  const plan = await readPlan(() => readStored({ storage: destination, name: file }), { file });
  // A note without its run is of one that was killed.
  const progress = holder === undefined ? undefined : await ProgressNote.read(destination, id);
  const done = findDone(plan, await Journal.look(destination, id));
  const { files, bytesIn, rows, events, rejected } = addUp(done);
  const bytes = plan.files.values().reduce((sum, { size }) => sum + size, 0);
  const inHand = Math.min(progress?.inHand ?? 0, plan.files.length - files);
  return {
    sourceId: id,
    source: plan.source.url,
    ...(holder === undefined ? {} : { heldBy: holder }),
    sources: { done: files, inHand, left: plan.files.length - files - inHand },
    bytes: { done: bytesIn, left: bytes - bytesIn },
    rows,
    events,
    rejected,
    ...(progress === undefined ? {} : { pace: paceOf(progress) }),
  };
}

function* findDone(plan: Plan, journal: Journal): Generator<SourceResult, void, void> {
  for (const file of plan.files) {
    const done = journal.sources.get(file.source);
    if (done !== undefined && whyOutdated(makeConvertTask(plan, file), done) === undefined) yield done;
  }
}

function paceOf({ seconds, bytesDone, bytesTotal }: RunProgress): Pace {
  const bytesPerSecond = seconds > 0 ? bytesDone / seconds : 0;
  return {
    seconds,
    bytesPerSecond,
    ...(bytesPerSecond > 0 ? { secondsLeft: (bytesTotal - bytesDone) / bytesPerSecond } : {}),
  };
}

const READS = 5;

/** A storage may refuse to read what grows meanwhile: read again, a moment later. */
async function whileWritten<T>(read: () => Promise<T>): Promise<T> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isChanged(error) || reads === READS) throw error;
    }
  }
}
