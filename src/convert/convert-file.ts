import { type ByteString, decodeText } from '../csv/byte-string.js';
import { parseRows } from '../csv/parse-rows.js';
import { MAX_ROW_BYTES, RowSplitter } from '../csv/split-rows.js';
import { MdcBridgeError } from '../errors.js';
import { formatEventPath, instanceName } from '../event/event-path.js';
import type { PartOutcome } from '../mapping/finish-part.js';
import { LegacyLines } from '../mapping/legacy-lines.js';
import { RowsToEvents } from '../mapping/rows-to-events.js';
import type { Storage } from '../storage/storage.js';
import { type ConvertTask, makeSourceMapping, WHOLE } from './convert-task.js';
import { LentCorrelations } from './lent-correlations.js';
import { LiveRowsOfSource } from './live/live-rows.js';
import { OrderedOutput } from './ordered-output.js';
import { OutputFiles } from './output-files.js';
import type { SourceResult } from './report.js';
import { migrationFolder } from './source.js';
import type { SourceCounts } from './source-counts.js';

export interface ConvertFileContext {
  readonly source: Storage;
  readonly destination: Storage;
  readonly container: string;
  readonly sourceId: string;
  readonly signal?: AbortSignal;
  /** Called after each chunk with what was read of it. */
  readonly onChunk?: (bytes: number, rows: number) => void;
}

/**
 * One source → its events and rejects, through the reference reader. Memory does not grow with the file: one chunk of 1 MiB and
 * its rows, the calls in the window (under 32 MiB of source), one part of at most 1,000 rows, lines that wait for an earlier
 * event (16 MiB, then disk), and write buffers (8 MiB).
 */
export async function convertFile(task: ConvertTask, context: ConvertFileContext): Promise<SourceResult> {
  const { start, ordinal } = task.part ?? WHOLE;
  const outputs = new OutputFiles(context.destination);
  const ordered = new OrderedOutput();
  const lent = task.lenders === undefined ? undefined : new LentCorrelations(task.lenders, context.source);
  try {
    const conversion = new Conversion(task, context, outputs);
    const lines = new LegacyLines(task.header);
    if (start > 0) await readFirstLine(lines, task, context);
    const live = task.live && new LiveRowsOfSource(task, task.live, context);
    const events = new RowsToEvents(makeSourceMapping(task, context.destination.url, live), ordered, ordinal);
    const lend = lent === undefined ? undefined : (): ReturnType<LentCorrelations['next']> => lent.next();
    let read = 0;
    for await (const rows of parseRows(countBytes(), new RowSplitter(MAX_ROW_BYTES, start))) {
      conversion.lines += rows.length;
      if (lent !== undefined) await lent.prepare(rows, task.explode);
      for (const row of rows) {
        const line = lines.read(row);
        const waiting = live?.prepare(line);
        if (waiting !== undefined) await waiting;
        if (line.kind === 'blank') conversion.blanks += 1;
        else if (line.kind === 'header') conversion.headers += 1;
        else events.add(line, lend);
      }
      await ordered.drain((outcome) => conversion.take(outcome));
      context.onChunk?.(read, rows.length);
      read = 0;
    }
    live?.end();
    events.end();
    await ordered.drain((outcome) => conversion.take(outcome));
    context.onChunk?.(read, 0);
    return await conversion.finish(events);

    async function* countBytes(): AsyncGenerator<Uint8Array, void, void> {
      const { object, size: end, etag } = task;
      for await (const chunk of context.source.read(object, { start, end, etag }, context.signal)) {
        read += chunk.length;
        yield chunk;
      }
    }
  } catch (error) {
    await outputs.discard();
    throw error;
  } finally {
    await ordered.close();
    await lent?.close();
  }
}

/** Calls that are named of those of which live has only some rows. */
const MOST_EXAMPLES = 3;

/** The running account of one source. */
class Conversion {
  lines = 0;
  headers = 0;
  blanks = 0;
  #rows = 0;
  #events = 0;
  #lossy = 0;
  #outOfRange = 0;
  readonly #rejected: Record<string, number> = {};
  #existing = 0;
  readonly #partly: string[] = [];
  readonly #task: ConvertTask;
  readonly #outputs: OutputFiles;
  readonly #instance: string;
  readonly #rejects: string;

  constructor(task: ConvertTask, context: ConvertFileContext, outputs: OutputFiles) {
    this.#task = task;
    this.#outputs = outputs;
    this.#instance = instanceName(context.container, task.source, task.part?.index);
    this.#rejects = `${migrationFolder(context.sourceId)}/rejects/${this.#instance}.jsonl`;
  }

  async take(outcome: PartOutcome): Promise<void> {
    if (outcome.kind === 'out-of-range') {
      this.#outOfRange += outcome.rows;
    } else if (outcome.kind === 'existing') {
      this.#existing += outcome.rows;
    } else if (outcome.kind === 'event') {
      this.#rows += outcome.rows;
      this.#events += 1;
      this.#lossy += outcome.lossy;
      const { dataref, hour } = outcome;
      if (dataref !== undefined) await this.#outputs.append(dataref.name, dataref.content);
      const name = formatEventPath({ ...this.#task.path, hour, instance: this.#instance });
      await this.#outputs.append(name, outcome.line);
    } else {
      if (outcome.kind === 'partly-live') this.#notePartly(outcome.call);
      for (const { reason, line } of outcome.rejects) {
        const kind = reason.startsWith('with-row') ? 'with-row' : reason;
        this.#rejected[kind] = (this.#rejected[kind] ?? 0) + 1;
        if (line !== '') await this.#outputs.append(this.#rejects, line);
      }
    }
  }

  #notePartly(id: string): void {
    const call = decodeText(id as ByteString);
    if (this.#partly.length < MOST_EXAMPLES && this.#partly.at(-1) !== call) this.#partly.push(call);
  }

  async finish(events: RowsToEvents): Promise<SourceResult> {
    const { source, size, etag, fingerprint, live } = this.#task;
    const counts = {
      lines: this.lines,
      exploded: events.exploded,
      rows: this.#rows,
      events: this.#events,
      rejected: this.#rejected,
      headers: this.headers,
      blanks: this.blanks,
      outOfRange: this.#outOfRange,
      late: events.late,
      lossy: this.#lossy,
      ...(live === undefined
        ? {}
        : { live: { digest: live.digest, existing: this.#existing, partly: this.#partly } }),
    };
    checkBalance(source, counts);
    const refused = this.#task.refuse?.find((reason) => (this.#rejected[reason] ?? 0) > 0);
    if (refused !== undefined) throw refusedError(source, refused);
    return { source, size, etag, fingerprint, ...counts, outputs: await this.#outputs.publish() };
  }
}

/** Of a task that must not reject such rows: the only `plan` error of a conversion. */
function refusedError(source: string, reason: string): MdcBridgeError {
  return new MdcBridgeError('plan', `rows do not fit the columns of the plan (${reason})`, {
    place: { file: source },
    remedy: 'plan this source again',
  });
}

/** What the lines of a part stand under: a file says it in its first line that is not blank. */
async function readFirstLine(
  lines: LegacyLines,
  task: ConvertTask,
  context: ConvertFileContext,
): Promise<void> {
  const { object, etag, part = WHOLE } = task;
  for await (const rows of parseRows(
    context.source.read(object, { end: part.start, etag }, context.signal),
  )) {
    if (rows.some((row) => lines.read(row).kind !== 'blank')) return;
  }
}

/** Every line is accounted for, or nothing of the source is made visible. */
export function checkBalance(source: string, counts: SourceCounts): void {
  const rejected = Object.values(counts.rejected).reduce((sum, n) => sum + n, 0);
  const existing = counts.live?.existing ?? 0;
  const out = counts.rows + rejected + counts.headers + counts.blanks + counts.outOfRange + existing;
  if (counts.lines + counts.exploded === out) return;
  throw new MdcBridgeError(
    'internal',
    `the balance does not hold: ${counts.lines} + ${counts.exploded} lines in, ${out} out`,
    {
      place: { file: source },
      remedy: 'nothing of this file was written; please report it with the counts',
    },
  );
}
