import { encodeText } from '../../csv/byte-string.js';
import type { Storage } from '../../storage/storage.js';
import { decoded } from './decoded.js';
import type { ExpectedEvent } from './expected-event.js';
import { partId, ROWS_A_PART } from './expected-event.js';
import { JoinedCalls } from './joined-calls.js';
import { LiveCalls, type LiveEvent } from './live-calls.js';
import { LiveComparison } from './live-comparison.js';
import { ReadWindows } from './read-windows.js';
import type { LiveTask } from './verify-task.js';

/** What live collection has of the calls that a source asks for. */
export class AuditLive {
  readonly joined: JoinedCalls = new JoinedCalls();
  readonly #storage: Storage;
  readonly #windows: ReadWindows;
  readonly #calls: LiveCalls;

  constructor(storage: Storage, { objects }: LiveTask, signal: AbortSignal | undefined) {
    this.#storage = storage;
    this.#windows = new ReadWindows(storage);
    this.#calls = new LiveCalls(storage, objects, signal);
  }

  /** The live events of the event's call; none for rows without a correlation. */
  async find({ ownId, time }: ExpectedEvent): Promise<LiveEvent[]> {
    const isTime = !Number.isNaN(Date.parse(time));
    return ownId === undefined || !isTime ? [] : await this.#calls.find(ownId, time);
  }

  async compare(events: readonly LiveEvent[]): Promise<LiveComparison> {
    return await LiveComparison.open(events, this.#storage, this.#windows);
  }
}

/** Why rows can't have been set aside because live events have some of their call's; `undefined` if they may. */
export function partlyLiveFault(event: ExpectedEvent, rows: number, liveRows: number): string | undefined {
  if (liveRows === 0) return 'the rows are set aside as partly live, but no live event is of their call';
  // Of a call that comes back late, nobody here knows how many rows came before.
  const isLate = decodedPartId(event) !== event.correlationId;
  if (isLate || liveRows < event.firstPlace + rows) return undefined;
  return 'the rows are set aside as partly live, but live events have them all';
}

function decodedPartId({ ownId = '', firstPlace }: ExpectedEvent): string {
  return decoded(partId(encodeText(ownId), Math.floor(firstPlace / ROWS_A_PART)));
}
