import type { CallCounts } from '../../../src/convert/compare/call-counts.js';
import type { CompareOptions } from '../../../src/convert/compare/compare-options.js';
import { compareTrees } from '../../../src/convert/compare/compare-trees.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { type ConvertOptions, convertTree } from '../../../src/convert/run.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import { memoryTree, readObjects } from '../../support/converted.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';

/** The day after the rows that `correlation` makes, unless they are given another time. */
export const NOW: Date = new Date('2024-03-01T12:00:00Z');

export type Files = Readonly<Record<string, string>>;

/** A line of an event file; `undefined` in its place removes it, several add to it. */
export type Edit = (line: string, index: number) => string | undefined | readonly string[];

/** A legacy tree, and what `convertTree` made of it, to be edited. */
export class TwoTrees {
  readonly legacy: MemoryStorage;
  readonly v2: MemoryStorage;

  private constructor(legacy: MemoryStorage, v2: MemoryStorage) {
    this.legacy = legacy;
    this.v2 = v2;
  }

  static async of(files: Files, options: ConvertOptions = {}): Promise<TwoTrees> {
    const trees = new TwoTrees(memoryTree(files), new MemoryStorage('v2'));
    await convertTree(trees.legacy, trees.v2, { ...options, workers: 0 });
    return trees;
  }

  /** Passes every event through `edit`, in the order of files and lines; `index` counts them. */
  async edit(edit: Edit): Promise<void> {
    let index = 0;
    for (const [name, content] of await readObjects(this.v2)) {
      if (!name.endsWith('.jsonl') || name.startsWith('_')) continue;
      const lines = content
        .split('\n')
        .slice(0, -1)
        .flatMap((line) => edit(line, index++) ?? []);
      this.v2.put(name, lines.map((line) => `${line}\n`).join(''));
    }
  }

  /** Edits the text of the events' rows alone. */
  async editData(edit: (data: string, index: number) => string): Promise<void> {
    await this.edit((line, index) => {
      const data = /"data":(\[.*\]),"contentrange"/s.exec(line)?.[1] ?? '';
      return line.replace(data, () => edit(data, index));
    });
  }

  async compare(options: CompareOptions = {}): Promise<CompareReport> {
    return await compareTrees(this.legacy, this.v2, { now: NOW, ...options, workers: 0 });
  }
}

/** One file of inputs, a row each. */
export function inputs(names: string, ...rows: readonly string[]): Files {
  return { [sourceName()]: correlatedFile(names, ...rows) };
}

export function row(values: string, id: string, time?: string): string {
  return `${values},${correlation(id, time)}`;
}

/** What is not zero, but for the numbers of calls of both sides. */
export function findings({ counts }: { readonly counts: CallCounts }): Partial<CallCounts> {
  const { legacy: _legacy, v2: _v2, ...others } = counts;
  return Object.fromEntries(Object.entries(others).filter(([, count]) => count !== 0));
}
