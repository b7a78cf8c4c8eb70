import { encodeText } from '../../csv/byte-string.js';
import { parseRows } from '../../csv/parse-rows.js';
import { correlatedEventId, murmur3x86128 } from '../../event/event-id.js';
import { formatCollectionPath, parseEventPath } from '../../event/event-path.js';
import { instantOf } from '../../event/stage-line.js';
import type { Storage } from '../../storage/storage.js';
import { stageRecordsOf } from '../stage-records-once.js';
import { readWrittenRow } from './compare-row.js';
import { rowSpans } from './event-line.js';
import type { ExpectedRow } from './expected-row.js';
import { type NamedEvent, readLive } from './live-calls.js';
import { PlaceRows } from './place-rows.js';
import { SourceLines } from './source-lines.js';
import type { LiveTask, VerifyTask } from './verify-task.js';

/** Where a source and what live collection wrote near it are read. */
interface Reading {
  readonly source: Storage;
  readonly destination: Storage;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rows without a correlation that live collection wrote on one day while it wrote the legacy tree too: each stands for one row there.
 * Memory: a number for each different row.
 */
export class LivePool {
  readonly #counts = new Map<string, number>();

  /** Without those that stand for rows of earlier sources of that day. */
  static async open(task: VerifyTask, live: LiveTask, reading: Reading): Promise<LivePool> {
    const { destination, signal } = reading;
    const pool = new LivePool();
    const path = formatCollectionPath(task.path);
    const day = task.folderTime.slice(0, 10).replaceAll('-', '/');
    const stages = await stageRecordsOf(destination, signal);
    for (const object of live.objects) {
      const { hour = '', instance = '' } = parseEventPath(object.name) ?? {};
      if (!hour.startsWith(day)) continue;
      for await (const { event, rows } of readLive(destination, object, signal)) {
        const stage = stages.at(instance, path, instantOf(event.time))?.stage ?? 'dual';
        if (stage !== 'dual' || !isUncorrelated(event, task)) continue;
        for (const { from, to } of rowSpans(rows)) pool.#add(writtenKey(rows.text.slice(from, to)));
      }
    }
    for (const earlier of live.earlier) await pool.#takeAll(earlier, reading);
    return pool;
  }

  /** Whether such a row is left, which is then taken. */
  take(row: ExpectedRow): boolean {
    const key = expectedKey(row);
    const left = this.#counts.get(key) ?? 0;
    if (left > 0) this.#counts.set(key, left - 1);
    return left > 0;
  }

  #add(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  async #takeAll(task: VerifyTask, { source, signal }: Reading): Promise<void> {
    const placed = new PlaceRows(task);
    placed.live = this;
    const lines = new SourceLines(task.header);
    for await (const rows of parseRows(source.read(task.object, { end: task.size }, signal))) {
      for (const row of rows) {
        const line = lines.read(row);
        if (typeof line !== 'string') placed.place(line);
      }
      placed.takeEnded();
    }
  }
}

/** Its request is named by the event, since nobody else has named it. */
function isUncorrelated({ isOurs, correlationId, requestId }: NamedEvent, { path }: VerifyTask): boolean {
  const call = encodeText(correlationId.replace(/\.\d+$/, ''));
  return isOurs && requestId === correlatedEventId(path.collection, call);
}

type Cell = readonly [column: string, value: string];

function writtenKey(text: string): string {
  return keyOf([...readWrittenRow(text).sources].map(([name, json]): Cell => [name, textOf(json)]));
}

function expectedKey({ columns, values }: ExpectedRow): string {
  return keyOf(columns.map(({ name }, i): Cell => [name, textOf(values[i] ?? 'null')]));
}

/** The cell as a legacy file would show it: a column's type may not be the same on both sides. */
function textOf(json: string): string {
  const value: unknown = /^["tfn]/.test(json) ? JSON.parse(json) : json;
  if (value === null) return '';
  return value === true ? 'True' : value === false ? 'False' : String(value);
}

function keyOf(cells: readonly Cell[]): string {
  const sorted = cells.toSorted(([a], [b]) => Number(a > b) - Number(a < b));
  return murmur3x86128(Buffer.from(JSON.stringify(sorted), 'utf8').toString('latin1')).join();
}
