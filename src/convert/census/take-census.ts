import { decodeText } from '../../csv/byte-string.js';
import { parseRows } from '../../csv/parse-rows.js';
import { RowSplitter } from '../../csv/split-rows.js';
import { CORRELATION_COLUMNS, type Correlation } from '../../legacy/correlation.js';
import { compareTimestamps, isTimestamp } from '../../legacy/timestamp.js';
import { CallWindow, type OpenCall } from '../../mapping/call-window.js';
import { isOfAnotherForm } from '../../mapping/header.js';
import { type DataRow, LegacyLines } from '../../mapping/legacy-lines.js';
import type { Storage } from '../../storage/storage.js';
import type { Identity } from '../plan-file.js';
import { CallLedger } from './call-ledger.js';
import { ColumnCensus } from './column-census.js';
import type { CensusTask, Example, FileCensus } from './file-census.js';
import { exampleOf, identityOf } from './in-words.js';
import { JoinableRows } from './joinable-rows.js';
import { append, EMPTY_SEQUENCE, type SequenceDigest } from './sequence-digest.js';
import { ShapeCounter } from './shape-counter.js';

export interface CensusContext {
  readonly source: Storage;
  readonly signal?: AbortSignal;
  readonly onChunk?: (bytes: number, rows: number) => void;
}

/** Reads every row of one source. Memory: as `convertFile`, and one count for each column of each kind of row. */
export async function takeCensus(task: CensusTask, context: CensusContext): Promise<FileCensus> {
  const ledger = new CallLedger(task.ledger);
  const joinable = JoinableRows.open(task);
  try {
    const splitter = new RowSplitter();
    const lines = new LegacyLines(task.header);
    const census = new Census(task, ledger, joinable);
    let start: Uint8Array | undefined;
    let read = 0;
    for await (const rows of parseRows(chunks(), splitter)) {
      for (const row of rows) {
        census.lines += 1;
        const line = lines.read(row);
        if (line.kind === 'blank') census.blanks += 1;
        else if (line.kind === 'header') census.addHeader(line.names.map(decodeText), line.changes);
        else census.addRow(line);
      }
      ledger.settle();
      joinable?.settle();
      context.onChunk?.(read, rows.length);
      read = 0;
    }
    context.onChunk?.(read, 0);
    const counts = census.finish(ledger.recurring(), joinable?.count());
    return {
      ...counts,
      ...(task.saveLedger ? { saved: ledger.save() } : {}),
      bom: splitter.bom,
      ...(lines.judged === undefined ? {} : { judged: lines.judged }),
      ...looksLike(start),
    };

    async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of context.source.read(
        task.object,
        { end: task.size, etag: task.etag },
        context.signal,
      )) {
        start ??= Uint8Array.from(chunk.subarray(0, 2));
        read += chunk.length;
        yield chunk;
      }
    }
  } finally {
    ledger.discard();
    joinable?.discard();
  }
}

function looksLike(start: Uint8Array | undefined): Pick<FileCensus, 'looksLike'> {
  const [a, b] = start ?? [];
  if (a === 0x1f && b === 0x8b) return { looksLike: 'gzip' };
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return { looksLike: 'UTF-16' };
  return {};
}

/** Distinct identities are remembered up to this; real files have one or two. */
const MAX_IDENTITIES = 100;

/** The running counts of one source. */
class Census {
  lines = 0;
  blanks = 0;
  #headers = 0;
  #rows = 0;
  #correlated = 0;
  #calls = 0;
  #interrupted = 0;
  #anotherForm = false;
  #goesBack = false;
  #firstTime: string | undefined;
  #lastTime: string | undefined;
  #previousTime: string | undefined;
  #callSizes: SequenceDigest = EMPTY_SEQUENCE;
  readonly #names: (readonly string[] | undefined)[] = [];
  readonly #rejected: Record<string, number> = {};
  readonly #rejectExamples: Record<string, Example> = {};
  readonly #identities = new Map<string, { readonly identity: Identity; rows: number }>();
  readonly #shapes: ShapeCounter;
  readonly #aml = new ColumnCensus(CORRELATION_COLUMNS.length);
  readonly #window: CallWindow<OpenCall>;
  readonly #ledger: CallLedger;
  readonly #joinable: JoinableRows | undefined;
  readonly #keepAml: boolean;

  constructor(task: CensusTask, ledger: CallLedger, joinable: JoinableRows | undefined) {
    this.#ledger = ledger;
    this.#joinable = joinable;
    this.#keepAml = task.keepAmlColumns;
    this.#shapes = new ShapeCounter(task.designation === 'predictions');
    this.#window = new CallWindow((call) => {
      this.#callSizes = append(this.#callSizes, call.places);
    });
  }

  addHeader(names: readonly string[], changes: boolean): void {
    this.#headers += 1;
    if (!changes) return;
    this.#names.push(names);
    if (this.#names.length === 1) this.#shapes.explodeInto(names.length);
  }

  addRow(line: DataRow): void {
    const { row, correlation } = line;
    if (this.#names.length === 0) this.#names.push(undefined);
    this.#rows += 1;
    if (correlation !== undefined) this.#addValues(line, correlation);
    if (correlation !== undefined && correlation.id !== '') this.#addCorrelated(line, correlation);
    else this.#addUncorrelated(line);
    if (row.defect !== undefined) {
      this.#reject(row.defect, line);
      return;
    }
    const width = this.#names[0]?.length ?? 0;
    if (!this.#anotherForm && isOfAnotherForm(row.fields, width)) this.#anotherForm = true;
    this.#shapes.add(line);
  }

  #addCorrelated(line: DataRow, correlation: Correlation): void {
    const { row } = line;
    this.#correlated += 1;
    const resumed = this.#window.current?.id !== correlation.id;
    let begun = false;
    const call = this.#window.join(correlation.id, row.length, () => {
      begun = true;
      this.#calls += 1;
      this.#ledger.add(correlation.id);
      return { id: correlation.id, bytes: 0, places: 0 };
    });
    if (resumed && !begun) {
      this.#interrupted += 1;
      // Uncorrelated rows that the plan will reject are taken for a call's by the converter, whose window may then close calls
      // earlier than this one: a call that came back here may begin again there.
      if (this.#correlated < this.#rows) this.#ledger.add(correlation.id);
    }
    call.places += 1;
    this.#joinable?.addRow(correlation.id);
  }

  /** What the eight values say besides whose call the row is of. A spoilt row's are not trusted. */
  #addValues(line: DataRow, correlation: Correlation): void {
    const { row } = line;
    if (row.defect !== undefined) return;
    this.#countIdentity(correlation);
    if (isTimestamp(correlation.timestamp)) this.#addTime(correlation.timestamp);
    else this.#reject('timestamp', line);
    if (this.#keepAml)
      this.#aml.add(row.fields.slice(-CORRELATION_COLUMNS.length), CORRELATION_COLUMNS.length);
  }

  #addUncorrelated({ row }: DataRow): void {
    // A spoilt row is taken for one of the call that it stands in, as the converter does.
    const call = row.defect === undefined ? undefined : this.#window.adopt(row.length);
    if (call === undefined) this.#window.interrupt();
    else call.places += 1;
  }

  #addTime(time: string): void {
    if (this.#previousTime !== undefined && compareTimestamps(time, this.#previousTime) < 0)
      this.#goesBack = true;
    this.#previousTime = time;
    if (this.#firstTime === undefined || compareTimestamps(time, this.#firstTime) < 0) this.#firstTime = time;
    if (this.#lastTime === undefined || compareTimestamps(time, this.#lastTime) > 0) this.#lastTime = time;
  }

  #countIdentity(correlation: Correlation): void {
    const { workspace, service, model, version } = correlation;
    const key = `${workspace}\0${service}\0${model}\0${version}`;
    const known = this.#identities.get(key);
    if (known !== undefined) {
      known.rows += 1;
    } else if (this.#identities.size < MAX_IDENTITIES) {
      this.#identities.set(key, { identity: identityOf(correlation), rows: 1 });
    }
  }

  #reject(reason: string, { row }: DataRow): void {
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + 1;
    this.#rejectExamples[reason] ??= exampleOf(row);
  }

  finish(
    recurring: readonly string[],
    joinable: number | undefined,
  ): Omit<FileCensus, 'bom' | 'judged' | 'looksLike' | 'saved'> {
    this.#window.closeAll();
    return {
      lines: this.lines,
      headers: this.#headers,
      blanks: this.blanks,
      rows: this.#rows,
      correlated: this.#correlated,
      joinable: joinable ?? this.#correlated,
      calls: this.#calls,
      rejected: this.#rejected,
      rejectExamples: this.#rejectExamples,
      anotherForm: this.#anotherForm,
      names: this.#names,
      shapes: this.#shapes.shapes(),
      exploded: this.#shapes.exploded(),
      callSizes: this.#callSizes,
      amlColumns: this.#keepAml ? this.#aml.result() : [],
      identities: [...this.#identities.values()],
      ...(this.#firstTime === undefined ? {} : { firstTime: this.#firstTime }),
      ...(this.#lastTime === undefined ? {} : { lastTime: this.#lastTime }),
      goesBack: this.#goesBack,
      interrupted: this.#interrupted,
      recurring,
    };
  }
}
