import type { RawRow } from '../../csv/split-rows.js';
import type { Findings } from './findings.js';
import type { MissingFiles } from './missing-files.js';
import { checkReject, type RejectsFile } from './rejects-file.js';
import { partAt, type VerifyTask } from './verify-task.js';

/** The rows that must be among the rejects, and are. */
export class AuditRejects {
  /** Rows that the rejects account for, by reason. */
  readonly rejected: Record<string, number> = {};
  /** Rows that should be there. */
  lost = 0;
  readonly #task: VerifyTask;
  readonly #files: ReadonlyMap<string, RejectsFile>;
  readonly #findings: Findings;
  readonly #missing: MissingFiles;

  /** `files`: the rejects of this source that the destination has, by name. */
  constructor(
    task: VerifyTask,
    parts: {
      readonly files: ReadonlyMap<string, RejectsFile>;
      readonly findings: Findings;
      readonly missing: MissingFiles;
    },
  ) {
    this.#task = task;
    this.#files = parts.files;
    this.#findings = parts.findings;
    this.#missing = parts.missing;
  }

  async has(offset: number): Promise<boolean> {
    return (await this.#fileAt(offset)?.has(offset)) === true;
  }

  /** As the row's reject has it, if there is one. */
  async reasonOf(offset: number): Promise<unknown> {
    return await this.#fileAt(offset)?.reasonOf(offset);
  }

  /**
   * Looks for the row's reject; `isFirst`: of the rows that one line of the source stands for, which share it. For the reason
   * `with-row` it gives the ordinal that the reject names.
   */
  async take(row: RawRow, reason: string, isFirst: boolean): Promise<number | undefined> {
    const reject = isFirst ? await this.#fileAt(row.offset)?.claim(row.offset) : undefined;
    if (isFirst && reject === undefined) {
      this.#reportLost(row, reason);
      return undefined;
    }
    this.rejected[reason] = (this.rejected[reason] ?? 0) + 1;
    if (reject === undefined) return undefined;
    const written = reject.fields?.['reason'];
    const named =
      reason === 'with-row' && typeof written === 'string' ? /^with-row (\d+)$/.exec(written) : null;
    const differences = checkReject(reject, this.#task.source, row, named?.[0] ?? reason);
    if (differences.length > 0) {
      this.#findings.add({
        mark: '*',
        rows: 0,
        text: `its reject says otherwise: ${differences.map(({ column }) => column).join(', ')}`,
        source: { name: this.#task.source, offset: row.offset },
        object: { name: partAt(this.#task, row.offset).rejects, line: reject.line.number },
        differences,
      });
    }
    return named === null ? undefined : Number(named[1]);
  }

  #fileAt(offset: number): RejectsFile | undefined {
    return this.#files.get(partAt(this.#task, offset).rejects);
  }

  #reportLost({ offset }: RawRow, reason: string): void {
    this.lost += 1;
    if (this.#fileAt(offset) === undefined) {
      this.#missing.addReject(partAt(this.#task, offset).rejects, offset);
      return;
    }
    const text = `the row is in no event, and not among the rejects where it belongs (${reason})`;
    this.#findings.add({
      mark: '-',
      rows: 1,
      text,
      source: { name: this.#task.source, offset },
      differences: [],
    });
  }
}
