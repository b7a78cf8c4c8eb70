import type { ExpectedEvent } from './expected-event.js';
import type { Finding } from './report.js';

/** So many lost events are remembered by name, to say where they were moved. */
const MAX_KEYS = 1000;

interface MissingFile {
  events: number;
  rows: number;
  /** Of the first row that belongs there. */
  readonly offset: number;
  readonly keys: string[];
}

/** Files that a source asks for and the v2 tree does not have: one finding each, not one for each event. */
export class MissingFiles {
  readonly #files = new Map<string, MissingFile>();

  add(object: string, event: ExpectedEvent, rows: number): void {
    const file = this.#files.get(object) ?? { events: 0, rows: 0, offset: event.offset, keys: [] };
    this.#files.set(object, file);
    file.events += 1;
    file.rows += rows;
    if (file.keys.length < MAX_KEYS) file.keys.push(event.correlationId);
  }

  /** A row of a rejects file that is not there. */
  addReject(object: string, offset: number): void {
    const file = this.#files.get(object) ?? { events: 0, rows: 0, offset, keys: [] };
    this.#files.set(object, file);
    file.rows += 1;
  }

  /** `isNothingThere`: the source has no file at all in the v2 tree, which is said once. */
  findings(source: string, isNothingThere: boolean): { finding: Finding; keys: readonly string[] }[] {
    const files = [...this.#files];
    const [first] = files;
    if (isNothingThere && first !== undefined) {
      const rows = files.reduce((sum, [, file]) => sum + file.rows, 0);
      const text = `the v2 tree holds nothing of this source: ${rows} rows are missing`;
      const place = { name: source, offset: first[1].offset };
      const keys = files.flatMap(([, file]) => file.keys).slice(0, MAX_KEYS);
      return [{ finding: { mark: '-', rows, text, source: place, differences: [] }, keys }];
    }
    return files.map(([name, { events, rows, offset, keys }]) => ({
      finding: {
        mark: '-',
        rows,
        text: `the file is missing: events ${events}, rows ${rows}`,
        source: { name: source, offset },
        object: { name },
        differences: [],
      },
      keys,
    }));
  }
}
