import { type ByteString, decodeText, encodeText } from '../../csv/byte-string.js';
import { parseRows } from '../../csv/parse-rows.js';
import { correlatedEventId } from '../../event/event-id.js';
import { formatCollectionPath } from '../../event/event-path.js';
import { instantOf } from '../../event/stage-line.js';
import { encodeLine } from '../../mapping/encode-line.js';
import { LegacyLines } from '../../mapping/legacy-lines.js';
import type { Storage } from '../../storage/storage.js';
import { type ConvertTask, type LiveTask, makeSourceMapping } from '../convert-task.js';
import type { StageRecords } from '../stage-records.js';
import { stageRecordsOf } from '../stage-records-once.js';
import { HashCounts } from './hash-counts.js';
import { callOf, type LiveEvent, readLiveEvents, rowKey, rowTexts } from './live-events.js';
import type { LiveFile } from './live-file.js';

/** Where a source and what live has near it are read. */
export interface LiveReading {
  readonly source: Storage;
  readonly destination: Storage;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows without a correlation that live events of one day have, and the legacy tree too: those that were written in stage `dual`.
 * Equal rows are counted. Memory: 24 to 48 bytes for each different row of the day.
 */
export class RowPool {
  readonly #rows = new HashCounts();

  /** Without those that earlier sources of the day have taken. */
  static async open(task: ConvertTask, live: LiveTask, reading: LiveReading): Promise<RowPool> {
    const { destination, signal } = reading;
    const pool = new RowPool();
    const collection = formatCollectionPath(task.path);
    const day = task.folderTime.slice(0, 10);
    const stages = await stageRecordsOf(destination, signal);
    for (const file of live.files) {
      if (file.hour.replaceAll('/', '-').slice(0, 10) !== day) continue;
      for await (const event of readLiveEvents(file, destination, signal)) {
        if (isUncorrelated(event, task.path.collection) && isDual(stages, file, collection, event)) {
          for (const row of rowTexts(event)) pool.#rows.add(encodeText(rowKey(row)), 1);
        }
      }
    }
    for (const earlier of live.earlier) await pool.#takeAll(earlier, reading);
    return pool;
  }

  /** Whether such a row is left; it is taken then. */
  take(key: string): boolean {
    const text = encodeText(key);
    if (this.#rows.get(text) === 0) return false;
    this.#rows.add(text, -1);
    return true;
  }

  async #takeAll(task: ConvertTask, { source, destination, signal }: LiveReading): Promise<void> {
    const mapping = makeSourceMapping(task, destination.url);
    const lines = new LegacyLines(task.header);
    const { object, size: end, etag } = task;
    for await (const rows of parseRows(source.read(object, { end, etag }, signal))) {
      for (const row of rows) {
        const line = lines.read(row);
        if (line.kind !== 'row' || (line.correlation?.id ?? '') !== '') continue;
        for (const json of rowsOf(encodeLine(line, mapping))) this.take(rowKey(decodeText(json)));
      }
    }
  }
}

function rowsOf(encoded: ReturnType<typeof encodeLine>): ByteString[] {
  return 'rows' in encoded ? encoded.rows.map(({ json }) => `${json}}` as ByteString) : [];
}

/** An event of rows without a correlation has its own id for the request's: of several, the first one's. */
function isUncorrelated({ correlationId, requestId, isOurs }: LiveEvent, collection: string): boolean {
  return isOurs && requestId === correlatedEventId(collection, callOf(correlationId));
}

/** A writer that has left no record was in this stage all along, as far as anyone can tell. */
function isDual(
  stages: StageRecords,
  { instance }: LiveFile,
  collection: string,
  { time }: LiveEvent,
): boolean {
  const state = stages.at(instance, collection, instantOf(time));
  return state === undefined || state.stage === 'dual';
}
