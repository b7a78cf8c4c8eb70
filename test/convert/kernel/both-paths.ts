import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CensusTask, FileCensus } from '../../../src/convert/census/file-census.js';
import { takeCensus } from '../../../src/convert/census/take-census.js';
import { convertFile } from '../../../src/convert/convert-file.js';
import type { ConvertTask } from '../../../src/convert/convert-task.js';
import { convertFileFast, convertSegment } from '../../../src/convert/kernel/convert-file-fast.js';
import { takeCensusFast } from '../../../src/convert/kernel/take-census-fast.js';
import type { SourceResult } from '../../../src/convert/report.js';
import { joinSegments, type SegmentResult } from '../../../src/convert/segments.js';
import { anonymousColumns, resolveColumnNames } from '../../../src/mapping/column-names.js';
import { type ColumnType, columnType, mergeTypes } from '../../../src/mapping/column-types.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import type { ReadRange } from '../../../src/storage/storage.js';

/** Gives objects in chunks whose sizes a test chooses. */
export class ChunkedStorage extends MemoryStorage {
  readonly #sizes: () => number;

  constructor(sizes: () => number) {
    super('modeldata');
    this.#sizes = sizes;
  }

  override async *read(
    name: string,
    range: ReadRange = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    for await (const content of super.read(name, range, signal)) {
      const shared = Buffer.alloc(content.length);
      for (let at = 0; at < content.length; ) {
        const part = content.subarray(at, at + this.#sizes());
        shared.set(part);
        yield shared.subarray(0, part.length);
        // A chunk is only valid until the next is asked for.
        shared.fill(0x22, 0, part.length);
        at += part.length;
      }
    }
  }
}

const NAME = 'sub-1/rg-1/ws-1/svc/model/3/inputs/2018/12/30/inputs.csv';

export interface Options {
  readonly designation?: string;
  readonly header?: CensusTask['header'];
  readonly settings?: ConvertTask['settings'];
  /** Columns that get another type than the census says, by place. */
  readonly types?: readonly ColumnType[];
  /** Sizes of the chunks in which the kernel reads; whole unless told. */
  readonly sizes?: () => number;
  /** Ids of the day's inputs, for `joinable`. */
  readonly inputs?: string;
  /** The file is split every so many bytes; by default about four times. */
  readonly every?: number;
}

/** What the two paths made of one file. Absent: the kernel left the file, or its census, to the reference. */
export interface Both {
  readonly census: { readonly reference: FileCensus; readonly kernel?: FileCensus };
  readonly conversion: {
    readonly reference: Made;
    readonly kernel?: Made;
    /** The kernel's, in several segments. Absent: no place to split the file was found, or a segment was irregular. */
    readonly split?: Made & { readonly segments: number };
  };
  /** Objects that the kernel left behind when it gave up. */
  readonly leftBehind: readonly string[];
}

export interface Made {
  readonly result: SourceResult;
  readonly files: ReadonlyMap<string, string>;
}

/** Whatever the kernel made is what the reference made, and what it gave up left nothing behind. */
export function expectTheSame({ census, conversion, leftBehind }: Both, what: string): void {
  if (census.kernel !== undefined) expect(census.kernel, what).toStrictEqual(census.reference);
  if (census.kernel !== undefined)
    expect(JSON.stringify(census.kernel)).toBe(JSON.stringify(census.reference));
  if (conversion.kernel !== undefined) {
    expect(conversion.kernel.result, what).toStrictEqual(conversion.reference.result);
    expect(conversion.kernel.files, what).toEqual(conversion.reference.files);
  }
  if (conversion.split !== undefined) {
    expect(conversion.kernel, `${what}, split`).toBeDefined();
    expect(conversion.split.result, `${what}, split`).toStrictEqual(conversion.reference.result);
    expect(JSON.stringify(conversion.split.result)).toBe(JSON.stringify(conversion.reference.result));
    expect(conversion.split.files, `${what}, split`).toEqual(conversion.reference.files);
  }
  expect(leftBehind, what).toEqual([]);
}

/** Puts one file through both paths, census and conversion. */
export async function bothPaths(content: Uint8Array, options: Options = {}): Promise<Both> {
  const folder = mkdtempSync(join(tmpdir(), 'mdc-kernel-'));
  try {
    const whole = new MemoryStorage('modeldata');
    const chunked = new ChunkedStorage(options.sizes ?? (() => 1 << 30));
    for (const storage of [whole, chunked]) storage.put(NAME, content);
    const etag = (await whole.stat(NAME))?.etag ?? '';
    const censusTask = { ...(await makeCensusTask(content, folder, options)), etag };
    const reference = await takeCensus(censusTask, { source: whole });
    rmSync(censusTask.ledger, { force: true });
    const kernel = await takeCensusFast(censusTask, { source: chunked });
    const task = { ...makeTask(content, reference, options), etag };
    const made = await run(convertFile, task, whole);
    const fast = await run(convertFileFast, task, chunked);
    const split = kernel && (await splitFile(censusTask, task, chunked, options.every));
    return {
      census: { reference, ...(kernel === undefined ? {} : { kernel }) },
      conversion: {
        reference: made as Made,
        ...(fast.result === undefined ? {} : { kernel: fast as Made }),
        ...(split?.result === undefined ? {} : { split: split as Made & { segments: number } }),
      },
      leftBehind: [fast, split].flatMap((made) =>
        made === undefined || made.result !== undefined ? [] : [...made.files.keys()],
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeCensusTask(
  content: Uint8Array,
  folder: string,
  { designation = 'inputs', header = 'auto', inputs }: Options,
): Promise<CensusTask> {
  const task = {
    source: NAME,
    object: NAME,
    size: content.length,
    etag: '',
    header,
    designation,
    keepAmlColumns: false,
    ledger: join(folder, 'ledger'),
    saveLedger: false,
  };
  if (inputs === undefined) return task;
  const storage = new MemoryStorage('modeldata');
  storage.put(NAME, inputs);
  const ledger = join(folder, 'inputs');
  const asInputs = { ...task, ledger, size: inputs.length, saveLedger: true };
  const { saved } = await takeCensus(asInputs, { source: storage });
  return { ...task, inputs: saved === undefined ? [] : [saved] };
}

/** As a plan of this one file would have it, but that the header's verdict is the file's own. */
function makeTask(
  content: Uint8Array,
  census: FileCensus,
  { header, settings, types }: Options,
): ConvertTask {
  const names = census.names.map((known) => known && (resolveColumnNames([[known]])[0]?.[0] ?? []));
  const merged = new Map<string, ColumnType>();
  const shapes = census.shapes.map(({ header: line, width, columns = [] }) => {
    const known = names[line];
    const columnNames = known?.length === width ? known : anonymousColumns(width);
    columns.forEach(({ counts }, i) => {
      const name = columnNames[i] ?? '';
      merged.set(name, types?.[i] ?? mergeTypes(merged.get(name) ?? 'null', columnType(counts)));
    });
    return { header: line, width, columns: columnNames };
  });
  const own = census.judged === 'data' ? 'absent' : 'present';
  return {
    source: NAME,
    object: NAME,
    size: content.length,
    etag: '',
    header: header === undefined || header === 'auto' ? own : header,
    path: { endpoint: 'svc', deployment: 'model-3', collection: 'model_inputs' },
    eventSource: '/workspaces/w/onlineEndpoints/svc/deployments/model-3',
    folderTime: '2018-12-30T00:00:00',
    shapes,
    variants: {},
    types: [...merged],
    recurring: census.recurring,
    adjacent: census.interrupted === 0 && census.recurring.length === 0,
    settings: settings ?? { empty: 'null', keepAmlColumns: false },
    fingerprint: '',
  };
}

/** As several workers would convert it. */
async function splitFile(
  censusTask: CensusTask,
  task: ConvertTask,
  source: MemoryStorage,
  every = Math.ceil(task.size / 5),
): Promise<(Omit<Made, 'result'> & { result: SourceResult | undefined; segments: number }) | undefined> {
  rmSync(censusTask.ledger, { force: true });
  const census = await takeCensusFast(censusTask, { source }, { least: 0, every, reach: every / 4 });
  const splits = census?.splits;
  if (splits === undefined) return undefined;
  const destination = new MemoryStorage('v2');
  let told = 0;
  const onChunk = (bytes: number): void => {
    told += bytes;
  };
  const context = { source, destination, container: 'modeldata', sourceId: 'modeldata-0', onChunk };
  const cuts = [{ offset: 0, ordinal: 0 }, ...splits];
  const results: SegmentResult[] = [];
  // In any order: segments know nothing of each other.
  for (const i of [...cuts.keys()].reverse()) {
    const { offset: start = 0, ordinal = 0 } = cuts[i] ?? {};
    const segment = { start, end: cuts[i + 1]?.offset ?? task.size, ordinal };
    results.unshift(await convertSegment(task, segment, context));
  }
  const result = await joinSegments(task, results, destination);
  if (result !== undefined && told !== task.size) throw new Error(`progress was told ${told} bytes, split`);
  return { result, files: await contents(destination), segments: cuts.length };
}

async function contents(storage: MemoryStorage): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name } of storage.list('')) files.set(name, storage.get(name)?.toString('latin1') ?? '');
  return files;
}

async function run(
  convert: typeof convertFile | typeof convertFileFast,
  task: ConvertTask,
  source: MemoryStorage,
): Promise<{ result: SourceResult | undefined; files: Map<string, string> }> {
  const destination = new MemoryStorage('v2');
  const told = { bytes: 0, rows: 0 };
  const onChunk = (bytes: number, rows: number): void => {
    told.bytes += bytes;
    told.rows += rows;
  };
  const context = { source, destination, container: 'modeldata', sourceId: 'modeldata-0', onChunk };
  const result = await convert(task, context);
  const expected = result === undefined ? [0, 0] : [task.size, result.lines];
  if (told.bytes !== expected[0] || told.rows !== expected[1]) {
    throw new Error(
      `progress was told ${told.bytes} bytes and ${told.rows} rows of ${expected.join(' and ')}`,
    );
  }
  return { result, files: await contents(destination) };
}
