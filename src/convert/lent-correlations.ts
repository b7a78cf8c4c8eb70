import { type ParsedRow, parseRows } from '../csv/parse-rows.js';
import { MdcBridgeError } from '../errors.js';
import { partCorrelationId } from '../mapping/event-part.js';
import { LegacyLines } from '../mapping/legacy-lines.js';
import { type LentCorrelation, MAX_EVENT_ROWS } from '../mapping/source-mapping.js';
import type { Storage } from '../storage/storage.js';
import type { ConvertTask } from './convert-task.js';

/**
 * The correlations of a day's input rows, in order, read along with the predictions that borrow them. The plan allows it only
 * where every call of the inputs is adjacent and no row is spoilt, so a call's rows follow each other.
 */
export class LentCorrelations {
  readonly #rows: AsyncGenerator<LentCorrelation, void, void>;
  readonly #ready: LentCorrelation[] = [];
  #at = 0;
  #skip: number;

  constructor(lenders: NonNullable<ConvertTask['lenders']>, source: Storage) {
    this.#rows = readLenders(lenders.tasks, source);
    this.#skip = lenders.skip;
  }

  /** Reads ahead what these rows may take. */
  async prepare(rows: readonly ParsedRow[], columns: number | undefined): Promise<void> {
    for (; this.#skip > 0; this.#skip -= 1) await this.#rows.next();
    this.#ready.splice(0, this.#at);
    this.#at = 0;
    let needed = 0;
    for (const { fields } of rows) needed += columns === undefined ? 1 : Math.ceil(fields.length / columns);
    while (this.#ready.length < needed) {
      const { value, done } = await this.#rows.next();
      if (done === true) return;
      this.#ready.push(value);
    }
  }

  next(): LentCorrelation {
    const lent = this.#ready[this.#at];
    this.#at += 1;
    if (lent !== undefined) return lent;
    throw new MdcBridgeError(
      'plan-file',
      'the inputs have fewer rows than the predictions that are paired with them',
      {
        remedy: 'make the plan again: the tree has changed since',
      },
    );
  }

  async close(): Promise<void> {
    await this.#rows.return();
  }
}

async function* readLenders(
  tasks: readonly ConvertTask[],
  source: Storage,
): AsyncGenerator<LentCorrelation, void, void> {
  for (const task of tasks) {
    const lines = new LegacyLines(task.header);
    let id: string | undefined;
    let place = 0;
    for await (const rows of parseRows(source.read(task.object, { end: task.size, etag: task.etag }))) {
      for (const row of rows) {
        const line = lines.read(row);
        if (line.kind !== 'row' || line.correlation === undefined) continue;
        place = line.correlation.id === id ? place + 1 : 0;
        id = line.correlation.id;
        const correlationId = partCorrelationId(id, Math.floor(place / MAX_EVENT_ROWS));
        yield { id, correlationId, place, timestamp: line.correlation.timestamp };
      }
    }
  }
}
