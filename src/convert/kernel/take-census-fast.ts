import { decodeText, toByteString } from '../../csv/byte-string.js';
import { CallLedger } from '../census/call-ledger.js';
import type { CensusTask, FileCensus, ShapeCensus } from '../census/file-census.js';
import { exampleOf, identityOf } from '../census/in-words.js';
import { JoinableRows } from '../census/joinable-rows.js';
import { append, concat, EMPTY_SEQUENCE, type SequenceDigest } from '../census/sequence-digest.js';
import type { CensusContext } from '../census/take-census.js';
import type { Split } from '../plan-file.js';
import { ColumnCounts } from './column-counts.js';
import { type Kernel, withKernel } from './kernel.js';
import { describeRows, feed } from './kernel-input.js';
import { type Opening, readOpening } from './opening.js';

/** A file of at least so many bytes may be split, about every so many bytes, where the hour changes within so many more. */
interface Splitting {
  readonly least: number;
  readonly every: number;
  readonly reach: number;
}

const SPLITTING: Splitting = { least: 128 * 2 ** 20, every: 64 * 2 ** 20, reach: 16 * 2 ** 20 };

/** The kernel counts a kind of token in 32 bits. */
const MAX_ROWS = 2 ** 32;

/**
 * `takeCensus` through the kernel, with the same result. Takes files all of whose rows have one width, under one header or none,
 * and whose calls nothing interrupts. `undefined`: this is no such file; nothing of it is left behind.
 */
export async function takeCensusFast(
  task: CensusTask,
  context: CensusContext,
  splitting: Splitting = SPLITTING,
): Promise<FileCensus | undefined> {
  if (task.keepAmlColumns) return undefined;
  return await withKernel(async (kernel) => {
    const reader = context.source
      .read(task.object, { end: task.size, etag: task.etag }, context.signal)
      [Symbol.asyncIterator]();
    const ledger = new CallLedger(task.ledger);
    const joinable = JoinableRows.open(task);
    let told = { bytes: 0, rows: 0 };
    const tell = (bytes: number, rows: number): void => {
      context.onChunk?.(bytes, rows - told.rows);
      told = { bytes: told.bytes + bytes, rows };
    };
    try {
      const opening = await readOpening(reader, task.header);
      let result: FileCensus | undefined;
      if (opening !== undefined && describeRows(kernel, opening)) {
        tell(opening.first.row.offset, opening.lines);
        const census = new FastCensus(kernel, task, opening, ledger, joinable);
        result = await census.take(reader, tell, splitting);
      }
      if (result === undefined) tell(-told.bytes, 0);
      return result;
    } finally {
      ledger.discard();
      joinable?.discard();
      await reader.return?.();
    }
  });
}

class FastCensus {
  readonly #kernel: Kernel;
  readonly #task: CensusTask;
  readonly #opening: Opening;
  readonly #ledger: CallLedger;
  readonly #columns: ColumnCounts;
  readonly #joinable: JoinableRows | undefined;
  readonly #splits: Split[] = [];

  constructor(
    kernel: Kernel,
    task: CensusTask,
    opening: Opening,
    ledger: CallLedger,
    joinable: JoinableRows | undefined,
  ) {
    this.#joinable = joinable;
    this.#kernel = kernel;
    this.#task = task;
    this.#opening = opening;
    this.#ledger = ledger;
    this.#columns = new ColumnCounts(kernel, opening.first.width);
  }

  async take(
    reader: AsyncIterator<Uint8Array>,
    tell: (bytes: number, rows: number) => void,
    splitting: Splitting,
  ): Promise<FileCensus | undefined> {
    const { call } = this.#kernel;
    const { names = [], lines } = this.#opening;
    call.beginCensus(names.length);
    if (this.#task.size >= splitting.least) call.beginSplits(splitting.every, splitting.reach);
    const fed = await feed(this.#kernel, this.#opening, reader, {
      step: () => {
        const status = call.census();
        this.#columns.takeSamples();
        this.#takeCalls();
        this.#takeSplit();
        call.censusDrained();
        return status;
      },
      drain: () => this.#ledger.settle(),
      onChunk: (bytes) => {
        tell(bytes, lines + call.censusLines());
        this.#ledger.settle();
        this.#joinable?.settle();
      },
    });
    if (!fed || call.censusRows() >= MAX_ROWS) return undefined;
    this.#kernel.checkGuards(this.#task.source);
    // An id that begins twice was interrupted, for longer than the converter waits or for less.
    if (this.#ledger.recurring().length > 0) return undefined;
    const census = this.#result(this.#joinable?.count());
    return this.#task.saveLedger ? { ...census, saved: this.#ledger.save() } : census;
  }

  #takeCalls(): void {
    const { call, words } = this.#kernel;
    const start = call.CALLS.value / 4;
    const end = start + call.finishedCalls() * 3;
    for (let at = start; at < end; at += 3) {
      const high = words[at] ?? 0;
      const low = words[at + 1] ?? 0;
      this.#ledger.addHash(high, low);
      this.#joinable?.add(high, low, words[at + 2] ?? 0);
    }
  }

  #takeSplit(): void {
    const { call } = this.#kernel;
    if (call.takeSplit() === 0) return;
    const offset = this.#opening.first.row.offset + call.splitOffset();
    this.#splits.push({ offset, ordinal: call.splitOrdinal() });
  }

  #result(joinable: number | undefined): FileCensus {
    const { call } = this.#kernel;
    const opening = this.#opening;
    const rows = call.censusRows();
    const { first } = opening;
    const correlated = first.correlation === undefined ? 0 : rows;
    const names = opening.names?.map(decodeText);
    return {
      lines: opening.lines + call.censusLines(),
      headers: opening.headers,
      blanks: opening.blanks + call.censusBlanks(),
      rows,
      correlated,
      joinable: joinable ?? correlated,
      calls: call.censusCalls(),
      rejected: {},
      rejectExamples: {},
      anotherForm: call.isAnotherForm() !== 0,
      names: [names],
      shapes: [this.#shape(rows, rows - correlated)],
      exploded: this.#task.designation === 'predictions' ? this.#exploded(rows - correlated) : [],
      callSizes: {
        count: call.censusCalls(),
        sum: correlated,
        hash: [call.callSizesA(), call.callSizesB()],
      },
      amlColumns: [],
      ...this.#identities(correlated),
      ...this.#times(),
      goesBack: call.doesGoBack() !== 0,
      interrupted: 0,
      recurring: [],
      ...(this.#splits.length === 0 ? {} : { splits: this.#splits }),
      bom: opening.bom,
      ...(opening.judged === undefined ? {} : { judged: opening.judged }),
    };
  }

  #shape(rows: number, uncorrelated: number): ShapeCensus {
    const { row, header, width } = this.#opening.first;
    return {
      header,
      width,
      example: exampleOf(row),
      rows,
      uncorrelated,
      columns: this.#columns.result(),
    };
  }

  /** What uncorrelated rows would be as many rows each: of one column, and of as many as there are names. */
  #exploded(uncorrelated: number): FileCensus['exploded'] {
    const names = this.#opening.names?.length ?? 0;
    const { width } = this.#opening.first;
    return [1, ...(names > 1 ? [names] : [])].map((m) => ({
      m,
      columns:
        uncorrelated > 0
          ? this.#columns.result(m)
          : Array.from({ length: m }, () => ({ counts: {}, samples: {} })),
      ...(uncorrelated > 0 && width % m !== 0 ? {} : { sizes: repeat(width / m, uncorrelated) }),
    }));
  }

  #identities(correlated: number): Pick<FileCensus, 'identities'> {
    const { correlation } = this.#opening.first;
    if (correlation === undefined) return { identities: [] };
    return { identities: [{ identity: identityOf(correlation), rows: correlated }] };
  }

  #times(): Pick<FileCensus, 'firstTime' | 'lastTime'> {
    const { call, bytes } = this.#kernel;
    if (this.#opening.first.correlation === undefined) return {};
    const text = (at: number, length: number): string => toByteString(bytes.subarray(at, at + length));
    return {
      firstTime: text(call.FIRST_TIME.value, call.firstTimeBytes()),
      lastTime: text(call.LAST_TIME.value, call.lastTimeBytes()),
    };
  }
}

/** The digest of `value`, so many times. */
function repeat(value: number, times: number): SequenceDigest {
  let result = EMPTY_SEQUENCE;
  let power = append(EMPTY_SEQUENCE, value);
  for (let rest = times; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = concat(result, power);
    power = concat(power, power);
  }
  return result;
}
