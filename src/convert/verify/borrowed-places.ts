import { parseRows } from '../../csv/parse-rows.js';
import type { Storage } from '../../storage/storage.js';
import { partId, ROWS_A_PART } from './expected-event.js';
import { SourceLines } from './source-lines.js';
import type { VerifyTask } from './verify-task.js';

/** Where an input row stands, for the prediction row that borrows its correlation. Byte strings. */
export interface BorrowedPlace {
  readonly id: string;
  /** The input's event's correlationid. */
  readonly correlationId: string;
  /** 0-based, in its call. */
  readonly place: number;
  readonly timestamp: string;
}

/** The places of a day's input rows, read along with the predictions that borrow them. Memory: what one batch of rows takes. */
export class BorrowedPlaces {
  readonly #places: AsyncGenerator<BorrowedPlace, void, void>;
  #ready: BorrowedPlace[] = [];
  /** How many of these are taken. */
  #taken = 0;
  #skip: number;

  constructor(lenders: NonNullable<VerifyTask['lenders']>, storage: Storage, signal?: AbortSignal) {
    this.#places = inputPlaces(lenders, storage, signal);
    this.#skip = lenders.skip;
  }

  /** Reads ahead so that so many places can be taken. */
  async prepare(count: number): Promise<void> {
    this.#ready = this.#ready.slice(this.#taken);
    this.#taken = 0;
    for (; this.#skip > 0; this.#skip -= 1) await this.#places.next();
    while (this.#ready.length < count) {
      const { value, done } = await this.#places.next();
      if (done === true) return;
      this.#ready.push(value);
    }
  }

  /** Absent when the inputs have no more rows. */
  take(): BorrowedPlace | undefined {
    const place = this.#ready[this.#taken];
    this.#taken += 1;
    return place;
  }

  async close(): Promise<void> {
    await this.#places.return();
  }
}

async function* inputPlaces(
  lenders: NonNullable<VerifyTask['lenders']>,
  storage: Storage,
  signal?: AbortSignal,
): AsyncGenerator<BorrowedPlace, void, void> {
  for (const { object, size, header } of lenders.inputs) {
    const lines = new SourceLines(header);
    let id: string | undefined;
    let place = 0;
    for await (const rows of parseRows(storage.read(object, { end: size }, signal))) {
      for (const row of rows) {
        const line = lines.read(row);
        if (typeof line === 'string' || line.correlation === undefined) continue;
        // Pairing is for days whose calls are adjacent, so a call is a run of one id.
        place = line.correlation.id === id ? place + 1 : 0;
        id = line.correlation.id;
        const correlationId = partId(id, Math.floor(place / ROWS_A_PART));
        yield { id, correlationId, place, timestamp: line.correlation.timestamp };
      }
    }
  }
}
