import { MdcBridgeError, throwIfAborted } from '../errors.js';
import {
  instantOf,
  parseStageLine,
  parseStageRecordPath,
  STAGE_RECORDS,
  type StageState,
} from '../event/stage-line.js';
import { readWhole, type Storage } from '../storage/storage.js';

/** The state of one writer from a time on; milliseconds since 1970, the fraction holds microseconds. */
export interface StagePoint extends StageState {
  readonly from: number;
}

/** In which stages the writers of a v2 tree's events were, and when. Memory: by changes of stages. */
export class StageRecords {
  /** Collection → instance → its states by time. */
  readonly #points: ReadonlyMap<string, ReadonlyMap<string, readonly StagePoint[]>>;

  constructor(points: ReadonlyMap<string, ReadonlyMap<string, readonly StagePoint[]>>) {
    this.#points = points;
  }

  /**
   * What the writer of this instance's files did with a call of this time (milliseconds since 1970, with a fraction or not). A call that
   * is older than the record, as an answer to an earlier request is, was written after its start. `undefined`: it has no record.
   *
   * @param collection `endpoint/deployment/collection`
   */
  at(instance: string, collection: string, time: number): StageState | undefined {
    const points = this.#points.get(collection)?.get(instance) ?? [];
    return points.findLast(({ from }) => from <= time) ?? points[0];
  }

  /** Instance → its states by time; none where nobody has told. */
  writers(collection: string): ReadonlyMap<string, readonly StagePoint[]> {
    return this.#points.get(collection) ?? new Map();
  }
}

/** Larger is no record of changes that somebody has made. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Reads `_migration/stages/` of a v2 root; where there is none, the records are empty. A last line without its end is still being
 * written, and does not count.
 *
 * @throws MdcBridgeError `conflict` for a line that is none, StorageError.
 */
export async function readStageRecords(storage: Storage, signal?: AbortSignal): Promise<StageRecords> {
  const records = new Map<string, Map<string, StagePoint[]>>();
  for await (const entry of storage.list(STAGE_RECORDS, signal)) {
    throwIfAborted(signal);
    const instance = parseStageRecordPath(entry.name);
    if (instance === undefined || 'oddity' in entry) continue;
    if (entry.size > MAX_BYTES) throw broken(storage, entry.name, undefined);
    const text = (await readWhole(storage, entry.name))?.toString('utf8') ?? '';
    const lines = text.split('\n').slice(0, -1);
    for (const [i, line] of lines.entries()) {
      const read = parseStageLine(line);
      if (read === undefined) throw broken(storage, entry.name, i + 1);
      const { at, collection, stage, ramp, samplingRate } = read;
      const instances = records.get(collection) ?? new Map<string, StagePoint[]>();
      records.set(collection, instances);
      const points = instances.get(instance) ?? [];
      instances.set(instance, points);
      points.push({ from: instantOf(at), stage, ramp, samplingRate });
    }
  }
  for (const instances of records.values()) {
    // What a spool kept comes later than what was told after it.
    for (const points of instances.values()) points.sort((a, b) => a.from - b.from);
  }
  return new StageRecords(records);
}

function broken(storage: Storage, name: string, line: number | undefined): MdcBridgeError {
  return new MdcBridgeError('conflict', `the record of stages ${name} can't be read`, {
    place: { file: `${storage.url}/${name}`, ...(line === undefined ? {} : { line }) },
    remedy: 'mend that line, or move the file away: its writer then counts as one in stage dual',
  });
}
