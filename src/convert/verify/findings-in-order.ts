import type { Finding } from './report.js';

/**
 * Findings of many files, which may come in any order of the files: the first so many in the files' own order are kept, and all
 * are counted. Memory: so many, and those of one file.
 */
export class FindingsInOrder {
  /** Also those that are not kept. */
  count = 0;
  readonly #limit: number;
  /** By the file's index, ascending; never empty ones. */
  readonly #entries: { readonly index: number; findings: readonly Finding[] }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Once for each file. `count` counts also those of its findings that are not given. */
  add(index: number, findings: readonly Finding[], count: number): void {
    this.count += count;
    if (findings.length === 0) return;
    const at = this.#entries.findLastIndex((entry) => entry.index < index) + 1;
    this.#entries.splice(at, 0, { index, findings });
    this.#trim();
  }

  list(): Finding[] {
    return this.#entries.flatMap(({ findings }) => findings);
  }

  #trim(): void {
    let room = this.#limit;
    let kept = 0;
    for (; kept < this.#entries.length && room > 0; kept += 1) {
      const entry = this.#entries[kept];
      if (entry === undefined) break;
      if (entry.findings.length > room) entry.findings = entry.findings.slice(0, room);
      room -= entry.findings.length;
    }
    this.#entries.length = kept;
  }
}
