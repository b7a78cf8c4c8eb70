import { encodeText } from '../../csv/byte-string.js';
import { formatEventPath, instanceName } from '../../event/event-path.js';
import { formatEventLine } from '../../event/jsonl.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { RowEncoder } from '../../mapping/encode-row.js';
import type { SourceMapping } from '../../mapping/source-mapping.js';
import { type ConvertFileContext, checkBalance } from '../convert-file.js';
import { type ConvertTask, makeSourceMapping, WHOLE } from '../convert-task.js';
import { OutputFiles } from '../output-files.js';
import type { SourceResult } from '../report.js';
import type { Segment, SegmentResult } from '../segments.js';
import type { SourceCounts } from '../source-counts.js';
import { type Kernel, withKernel } from './kernel.js';
import { describeRows, feed } from './kernel-input.js';
import { type Opening, readOpening } from './opening.js';

/** The numbers of `assembly/convert.ts`. */
const TYPES: Readonly<Record<ColumnType, number>> = { null: 0, integer: 1, number: 2, boolean: 3, string: 4 };

/**
 * `convertFile` through the kernel, to the same bytes. Takes files all of whose rows have one width, under one header or none, and
 * fit their columns, with calls that no other rows interrupt. `undefined`: this is no such file; nothing of it is left behind.
 */
export async function convertFileFast(
  task: ConvertTask,
  context: ConvertFileContext,
): Promise<SourceResult | undefined> {
  const { start, ordinal } = task.part ?? WHOLE;
  return await convertPart(task, { start, end: task.size, ordinal }, context, async (conversion, counts) => {
    const { source, size, etag, fingerprint } = task;
    checkBalance(source, counts);
    return { source, size, etag, fingerprint, ...counts, outputs: await conversion.outputs.publish() };
  });
}

/** A part of such a file, for `joinSegments`. */
export async function convertSegment(
  task: ConvertTask,
  segment: Segment,
  context: ConvertFileContext,
): Promise<SegmentResult> {
  const result = await convertPart(task, segment, context, async (conversion, counts) => {
    return { counts, parts: await conversion.outputs.release() };
  });
  return result ?? 'irregular';
}

async function convertPart<T>(
  task: ConvertTask,
  segment: Segment,
  context: ConvertFileContext,
  finish: (conversion: FastConversion, counts: SourceCounts) => Promise<T>,
): Promise<T | undefined> {
  if (!isRegular(task)) return undefined;
  return await withKernel(async (kernel) => {
    const { etag } = task;
    const open = ({ start = 0, end }: { start?: number; end: number }): AsyncIterator<Uint8Array> =>
      context.source.read(task.object, { start, end, etag }, context.signal)[Symbol.asyncIterator]();
    // What its rows are like, a file says at its start.
    let reader = open({ end: segment.start === 0 ? segment.end : task.size });
    const conversion = new FastConversion(kernel, task, context);
    try {
      let opening = await readOpening(reader, task.header);
      if (opening !== undefined && segment.start > 0) {
        await reader.return?.();
        reader = open(segment);
        opening = { ...opening, lines: 0, blanks: 0, headers: 0, rest: new Uint8Array(0) };
      }
      const counts = opening === undefined ? undefined : await conversion.convert(opening, segment, reader);
      if (counts !== undefined) return await finish(conversion, counts);
      await conversion.discard();
      return undefined;
    } catch (error) {
      await conversion.discard();
      throw error;
    } finally {
      await reader.return?.();
    }
  });
}

/** Whether the kernel could take the source at all, by what is to become of it. */
export function isRegular({ adjacent, explode, lenders, live, settings }: ConvertTask): boolean {
  const { keepAmlColumns, rowId, datarefOver } = settings;
  return (
    adjacent &&
    explode === undefined &&
    lenders === undefined &&
    live === undefined &&
    !keepAmlColumns &&
    rowId === undefined &&
    datarefOver === undefined
  );
}

class FastConversion {
  readonly outputs: OutputFiles;
  readonly #kernel: Kernel;
  readonly #task: ConvertTask;
  readonly #context: ConvertFileContext;
  readonly #mapping: SourceMapping;
  /** The kernel's number of an hour → the name of its file. */
  readonly #names = new Map<number, string>();
  readonly #instance: string;
  /** What progress was told. */
  #told = { bytes: 0, lines: 0 };

  constructor(kernel: Kernel, task: ConvertTask, context: ConvertFileContext) {
    this.#kernel = kernel;
    this.#task = task;
    this.#context = context;
    this.#mapping = makeSourceMapping(task, context.destination.url);
    this.outputs = new OutputFiles(context.destination);
    this.#instance = instanceName(context.container, task.source, task.part?.index);
  }

  async convert(
    opening: Opening,
    { start, ordinal }: Segment,
    reader: AsyncIterator<Uint8Array>,
  ): Promise<SourceCounts | undefined> {
    if (!this.#configure(opening)) return undefined;
    const { call } = this.#kernel;
    call.continueAt(ordinal);
    if (start === 0) this.#tell(opening.first.row.offset, opening.lines);
    const fed = await feed(this.#kernel, opening, reader, {
      step: () => call.convert(),
      drain: () => this.#drain(),
      onChunk: (bytes) => this.#tell(bytes, opening.lines + call.lineCount()),
    });
    if (!fed) return undefined;
    this.#kernel.checkGuards(this.#task.source);
    this.#tell(0, opening.lines + call.lineCount());
    return {
      lines: opening.lines + call.lineCount(),
      exploded: 0,
      rows: call.rowCount(),
      events: call.eventCount(),
      rejected: {},
      headers: opening.headers,
      blanks: opening.blanks + call.blankCount(),
      outOfRange: call.outOfRangeCount(),
      late: 0,
      lossy: call.lossyCount(),
    };
  }

  /** Nothing was done: also in the eyes of whoever watches the progress. */
  async discard(): Promise<void> {
    await this.outputs.discard();
    this.#tell(-this.#told.bytes, 0);
  }

  #tell(bytes: number, lines: number): void {
    this.#context.onChunk?.(bytes, lines - this.#told.lines);
    this.#told = { bytes: this.#told.bytes + bytes, lines };
  }

  #configure(opening: Opening): boolean {
    const { first } = opening;
    const correlated = first.correlation !== undefined;
    const encoder = this.#mapping.shape(first.header, first.width, correlated);
    return (
      encoder !== undefined &&
      encoder.keys.length === first.width &&
      describeRows(this.#kernel, opening) &&
      this.#writeColumns(encoder) &&
      this.#writeEnvelope(correlated) &&
      this.#writeTimes(correlated)
    );
  }

  #writeColumns({ keys, types }: RowEncoder): boolean {
    const { call, bytes } = this.#kernel;
    let key = call.KEYS.value;
    if (keys.reduce((sum, { length }) => sum + length, 0) > call.KEYS_BYTES.value) return false;
    keys.forEach((text, i) => {
      const column = call.COLUMNS.value + i * 16;
      bytes.write(text, key, 'latin1');
      bytes.writeUInt32LE(key, column);
      bytes.writeUInt32LE(text.length, column + 4);
      bytes.writeUInt32LE(TYPES[types[i] ?? 'string'], column + 8);
      key += text.length;
    });
    return true;
  }

  /** The parts of a line between what differs from event to event, cut from a line made by the reference. */
  #writeEnvelope(correlated: boolean): boolean {
    const { call, bytes } = this.#kernel;
    const { path, eventSource, sourceName } = this.#mapping;
    const { collection } = path;
    const prefix = correlated ? `${collection}\0` : `${collection}\0${encodeText(sourceName)}\0`;
    if (prefix.length > call.HASHED_PREFIX_BYTES.value) return false;
    bytes.write(prefix, call.HASHED.value, 'latin1');
    call.beginEnvelope(prefix.length);
    const parts = envelopeParts(eventSource, collection);
    let at = call.ENVELOPE.value + parts.length * 8;
    if (parts.join('').length + parts.length * 8 > call.ENVELOPE_BYTES.value) return false;
    parts.forEach((part, i) => {
      bytes.writeUInt32LE(at, call.ENVELOPE.value + i * 8);
      bytes.writeUInt32LE(part.length, call.ENVELOPE.value + i * 8 + 4);
      at += bytes.write(part, at, 'latin1');
    });
    return true;
  }

  #writeTimes(correlated: boolean): boolean {
    const { call, bytes } = this.#kernel;
    const { since = '', until = '', folderTime } = this.#mapping;
    bytes.write(since, call.LIMITS.value, 'latin1');
    bytes.write(until, call.LIMITS.value + 32, 'latin1');
    call.beginConvert(this.#task.settings.empty === 'string', since.length, until.length);
    if (correlated) return true;
    bytes.write(folderTime, call.TIME.value, 'latin1');
    return call.setFolderTime(folderTime.length) !== 0;
  }

  async #drain(): Promise<void> {
    const { call, bytes, words } = this.#kernel;
    const table = call.SEGMENTS.value / 4;
    const count = call.segmentCount();
    for (let i = 0; i < count; i += 1) {
      const [hour = 0, start = 0, end = 0] = words.subarray(table + i * 3, table + i * 3 + 3);
      await this.outputs.appendBytes(this.#nameOf(hour), bytes.subarray(start, end));
    }
    call.drained();
  }

  #nameOf(hour: number): string {
    const known = this.#names.get(hour);
    if (known !== undefined) return known;
    const name = formatEventPath({ ...this.#task.path, hour: formatHour(hour), instance: this.#instance });
    this.#names.set(hour, name);
    return name;
  }
}

/** The kernel's number of an hour → `yyyy/MM/dd/HH`: see `hourKey` in `assembly/timestamp.ts`. */
function formatHour(key: number): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const [year, month, day, hour] = [key >>> 14, (key >>> 10) & 15, (key >>> 5) & 31, key & 31];
  return `${pad(year, 4)}/${pad(month, 2)}/${pad(day, 2)}/${pad(hour, 2)}`;
}

function envelopeParts(source: string, collection: string): string[] {
  const [id, time, data, correlationId, requestId] = ['@i', '@t', '@d', '@c', '@r'];
  const line = formatEventLine({ id, source, collection, time, correlationId, requestId }, { data });
  const parts: string[] = [];
  let at = 0;
  // In the order of the line; the data are two bytes long.
  for (const mark of [id, time, data, '1', '2', `"${correlationId}"`, `"${requestId}"`]) {
    const next = line.indexOf(mark, at);
    parts.push(line.slice(at, next));
    at = next + mark.length;
  }
  return [...parts, line.slice(at)];
}
