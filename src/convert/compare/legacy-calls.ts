import { CallWindow } from '../../mapping/call-window.js';
import { partCorrelationId } from '../../mapping/event-part.js';
import { MAX_EVENT_ROWS } from '../../mapping/source-mapping.js';
import { AdjacentCalls } from './adjacent-calls.js';
import { callKeyOfRows } from './call-key.js';
import { isInReach, type LegacyTask } from './compare-task.js';
import { LateCalls } from './late-calls.js';
import { type LegacyCall, type LegacyPart, placeOfPart } from './legacy-part.js';
import type { LegacyRow } from './legacy-rows.js';
import type { ReadingContext } from './read-events.js';
import { RowsHash } from './rows-hash.js';

/** Whose call, and which 1,000 rows of it, each row of a legacy file is of; what is whole goes to `context.calls`. */
export class LegacyCalls {
  readonly #task: LegacyTask;
  readonly #context: Pick<ReadingContext, 'rules' | 'calls'>;
  readonly #onTimeless: (part: LegacyPart) => void;
  readonly #window: Pick<CallWindow<LegacyCall>, 'join' | 'adopt' | 'interrupt' | 'closeAll'>;
  readonly #late: LateCalls;

  /** `onTimeless`: told of a part whose time is none, which is of no hour. */
  constructor(
    task: LegacyTask,
    context: Pick<ReadingContext, 'rules' | 'calls'>,
    onTimeless: (part: LegacyPart) => void,
  ) {
    this.#task = task;
    this.#context = context;
    this.#onTimeless = onTimeless;
    this.#late = new LateCalls(task.recurring);
    const finish = (call: LegacyCall): void => this.#finish(call);
    this.#window = task.isAdjacent ? new AdjacentCalls(finish) : new CallWindow(finish);
  }

  /** The part that takes this row of a call. `time`: epoch milliseconds, of the part's first row. */
  partOf(line: LegacyRow, id: string, time: number): LegacyPart {
    const { row } = line;
    const call = this.#window.join(id, row.length, () => this.#begin(id, row.offset));
    const part = this.#partFor(call, line, time);
    call.places += 1;
    part.end = row.offset + row.length;
    return part;
  }

  /** A row of which nothing can be told belongs to the call of the row before, and spoils its part. @returns false: there is none. */
  adopt(line: LegacyRow): boolean {
    const call = this.#window.adopt(line.row.length);
    if (call?.part === undefined) {
      this.#window.interrupt();
      return false;
    }
    const { time } = call.part;
    call.part.isRejected = true;
    this.#partFor(call, line, time).isRejected = true;
    call.places += 1;
    return true;
  }

  /** A row of no call stands here. */
  interrupt(): void {
    this.#window.interrupt();
  }

  closeAll(): void {
    this.#window.closeAll();
  }

  #begin(id: string, offset: number): LegacyCall {
    return {
      id,
      bytes: 0,
      places: 0,
      base: this.#late.isLate(id) ? `${id}.r${offset}` : id,
      part: undefined,
    };
  }

  #partFor(call: LegacyCall, { row, header }: LegacyRow, time: number): LegacyPart {
    if (call.part !== undefined && call.places % MAX_EVENT_ROWS !== 0) return call.part;
    this.#finish(call);
    call.part = {
      digest: new RowsHash(this.#context.rules.writer === 'azure'),
      time,
      offset: row.offset,
      header,
      number: Math.floor(call.places / MAX_EVENT_ROWS),
      end: row.offset + row.length,
      isRejected: false,
      isMisfit: false,
    };
    return call.part;
  }

  #finish(call: LegacyCall): void {
    const { part, id, base } = call;
    if (part === undefined) return;
    call.part = undefined;
    if (Number.isNaN(part.time)) {
      this.#onTimeless(part);
      return;
    }
    const { rules, calls } = this.#context;
    if (!isInReach(rules, part.time)) return;
    const place = placeOfPart(part, id, this.#task);
    const key = callKeyOfRows(id, part.number, partCorrelationId(base, part.number), rules);
    calls.add(key, place, part.digest);
  }
}
