import { expect } from 'vitest';
import { convertFile } from '../../src/convert/convert-file.js';
import { makeConvertTask } from '../../src/convert/convert-task.js';
import { planMigration } from '../../src/convert/plan.js';
import type { FilePlan, Plan } from '../../src/convert/plan-file.js';
import type { ConvertReport, SourceResult } from '../../src/convert/report.js';
import { type ConvertOptions, convertTree } from '../../src/convert/run.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { Storage } from '../../src/storage/storage.js';

/** An event as its line has it; `data` has lost the order of keys that look like integers. */
export interface ReadEvent {
  readonly id: string;
  readonly time: string;
  readonly correlationid: string;
  readonly xrequestid: string;
  readonly data: readonly Record<string, unknown>[];
  readonly dataref?: string;
}

export interface ReadReject {
  readonly source: string;
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
  readonly raw?: string;
  readonly rawBase64?: string;
  readonly sha256?: string;
}

/** A small legacy tree in memory and what `convertTree` made of it. */
export class Converted {
  readonly source: MemoryStorage;
  readonly destination: MemoryStorage;
  readonly report: ConvertReport;

  constructor(source: MemoryStorage, destination: MemoryStorage, report: ConvertReport) {
    this.source = source;
    this.destination = destination;
    this.report = report;
  }

  /** Event files by name, in order of names; `part` is some of the name, such as `model_outputs`. */
  async files(part = ''): Promise<Map<string, string>> {
    const all = await readObjects(this.destination);
    return new Map([...all].filter(([name]) => !name.startsWith('_migration/') && name.includes(part)));
  }

  /** Event lines in order of files and lines. */
  async lines(part = ''): Promise<string[]> {
    const files = await this.files(part);
    const events = [...files].filter(([name]) => name.endsWith('.jsonl'));
    return events.flatMap(([, content]) => content.split('\n').slice(0, -1));
  }

  async events(part = ''): Promise<ReadEvent[]> {
    return (await this.lines(part)).map((line) => JSON.parse(line) as ReadEvent);
  }

  /** The `data` of all events, as text: numbers and the order of keys as they were written. */
  async dataTexts(part = ''): Promise<string[]> {
    return (await this.lines(part)).map(dataText);
  }

  async rejects(): Promise<ReadReject[]> {
    const all = await readObjects(this.destination);
    const files = [...all].filter(([name]) => name.includes('/rejects/'));
    return files.flatMap(([, content]) =>
      content
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ReadReject),
    );
  }

  /** The journal's last word on each source. */
  async results(): Promise<Map<string, SourceResult>> {
    return await journalledResults(this.destination, this.report.sourceId);
  }
}

export function dataText(line: string): string {
  return /"data":(\[.*\]),"contentrange":/s.exec(line)?.[1] ?? '';
}

/**
 * Converts files (name within the container → content) in memory, in this thread; once more through the reference reader
 * alone, which must come to the same.
 */
export async function convert(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ConvertOptions = {},
): Promise<Converted> {
  const [source, destination] = [memoryTree(files), new MemoryStorage('v2')];
  const plans: Plan[] = [];
  const report = await convertTree(source, destination, {
    ...options,
    onPlan: (made) => void plans.push(made),
  });
  for (const made of plans) await expectSameByReference(made, source, destination, report);
  return new Converted(source, destination, report);
}

async function expectSameByReference(
  made: Plan,
  source: MemoryStorage,
  destination: MemoryStorage,
  { sourceId, failed }: ConvertReport,
): Promise<void> {
  const reference = new MemoryStorage(destination.container);
  const context = { source, destination: reference, container: made.source.container, sourceId };
  const results = new Map<string, SourceResult>();
  for (const file of made.files) {
    if (failed.some((one) => one.source === file.source)) return;
    results.set(file.source, await convertFile(makeConvertTask(made, file), context));
  }
  const journalled = await journalledResults(destination, sourceId);
  expect([...journalled.keys()].sort()).toEqual([...results.keys()].sort());
  for (const [name, result] of journalled) expect(withoutKind(result)).toEqual(results.get(name));
  for (const [name, content] of await readObjects(reference)) {
    expect(destination.get(name)?.toString('utf8'), name).toBe(content);
  }
}

function withoutKind(entry: SourceResult): SourceResult {
  const { kind: _kind, ...result } = entry as SourceResult & { kind?: string };
  return result;
}

/** A plan that was read from JSON: its files are an array. */
export type ReadPlan = Plan & { readonly files: readonly FilePlan[] };

/** Plans files in memory. The plan went through JSON, as one that a person has edited. */
export async function plan(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ConvertOptions = {},
): Promise<ReadPlan> {
  return JSON.parse(JSON.stringify(await planMigration(memoryTree(files), options))) as ReadPlan;
}

export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): MemoryStorage {
  const source = new MemoryStorage('modeldata');
  for (const [name, content] of Object.entries(files)) source.put(name, content);
  return source;
}

/** All objects of a storage as text, in the order of its listing. */
export async function readObjects(storage: Storage, prefix = ''): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  for await (const { name } of storage.list(prefix)) {
    const chunks: Buffer[] = [];
    for await (const chunk of storage.read(name)) chunks.push(Buffer.from(chunk));
    objects.set(name, Buffer.concat(chunks).toString('utf8'));
  }
  return objects;
}

export async function journalledResults(
  destination: Storage,
  sourceId: string,
): Promise<Map<string, SourceResult>> {
  const journal = await readObjects(destination, `_migration/${sourceId}/journal.jsonl`);
  const entries = [...journal.values()]
    .join('')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { kind: string } & SourceResult)
    .filter(({ kind }) => kind === 'source');
  return new Map(entries.map((entry) => [entry.source, entry]));
}

/** `rows in + added by explosion = rows out + rejected + headers + blank + out of range`, both sides. */
export function balance(
  result: Pick<
    SourceResult,
    'lines' | 'exploded' | 'rows' | 'rejected' | 'headers' | 'blanks' | 'outOfRange'
  >,
): [number, number] {
  const rejected = Object.values(result.rejected).reduce((sum, n) => sum + n, 0);
  return [
    result.lines + result.exploded,
    result.rows + rejected + result.headers + result.blanks + result.outOfRange,
  ];
}
