import { firstInstance, formatDatarefPath, hourOf, parseEventPath } from '../../event/event-path.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import { type EventRows, parseEvent, parseRowsFile } from './event-line.js';
import { readRange } from './read-range.js';
import { ReadWindows } from './read-windows.js';
import { type TextLine, TextLines } from './text-lines.js';

const HOUR_MS = 60 * 60 * 1000;
/** Hours of live collection whose calls are known by name. */
const MAX_HOURS = 4;

/** An event that live collection wrote. */
export interface LiveEvent {
  readonly object: string;
  /** Of the object. */
  readonly size: number;
  readonly line: Pick<TextLine, 'number' | 'offset' | 'bytes'>;
  readonly correlationId: string;
  /** Whether one of our collectors wrote it. */
  readonly isOurs: boolean;
  readonly rowCount: number;
  /** Rows by their place in the event that rows of the source were found to be. */
  readonly taken: Set<number>;
}

type EventsByCall = ReadonlyMap<string, LiveEvent[]>;

/**
 * The calls that live collection wrote, found by their name in the hour of their time and those beside it. Memory: of 4 hours where
 * each call's events stand.
 */
export class LiveCalls {
  readonly #storage: Storage;
  readonly #signal: AbortSignal | undefined;
  readonly #objects = new Map<string, StoredObject[]>();
  readonly #hours = new Map<string, EventsByCall>();

  #last: { readonly hour: string; readonly beside: readonly string[] } = { hour: '', beside: [] };

  constructor(storage: Storage, objects: readonly StoredObject[], signal: AbortSignal | undefined) {
    this.#storage = storage;
    this.#signal = signal;
    for (const object of objects) {
      const { hour = '' } = parseEventPath(object.name) ?? {};
      const known = this.#objects.get(hour);
      if (known === undefined) this.#objects.set(hour, [object]);
      else known.push(object);
    }
  }

  /** The events of the call of this name, about this time (RFC 3339). */
  async find(name: string, time: string): Promise<LiveEvent[]> {
    const found: LiveEvent[] = [];
    for (const hour of this.#hoursBeside(time)) {
      const calls = this.#hours.get(hour) ?? (await this.#read(hour));
      found.push(...(calls.get(name) ?? []));
    }
    return found;
  }

  /** Those of which there is anything. */
  #hoursBeside(time: string): readonly string[] {
    const hour = time.slice(0, 13);
    if (this.#last.hour === hour) return this.#last.beside;
    const start = Date.parse(`${hour}:00:00Z`);
    const hours = [-HOUR_MS, 0, HOUR_MS].map((away) => hourOf(new Date(start + away).toISOString()));
    const beside = hours.filter((one) => this.#objects.has(one));
    this.#last = { hour, beside };
    return beside;
  }

  /** An event that one writer has left there twice is one: `compare` counts such. */
  async #read(hour: string): Promise<EventsByCall> {
    const calls = new Map<string, LiveEvent[]>();
    const windows = new ReadWindows(this.#storage);
    for (const object of this.#objects.get(hour) ?? []) {
      for await (const { event, rows } of readLive(this.#storage, object, this.#signal)) {
        const name = event.isOurs ? event.correlationId.replace(/\.\d+$/, '') : event.correlationId;
        const known = calls.get(name) ?? [];
        calls.set(name, known);
        const found = { ...event, rowCount: rows.rows.length, taken: new Set<number>() };
        if (!(await this.#isKnown(found, rows, known, windows))) known.push(found);
      }
    }
    this.#hours.set(hour, calls);
    const [oldest = hour] = this.#hours.keys();
    if (this.#hours.size > MAX_HOURS) this.#hours.delete(oldest);
    return calls;
  }

  /** Two writers may have equal rows under one id, and one writer other rows under an id that it has forgotten. */
  async #isKnown(
    event: LiveEvent,
    rows: EventRows,
    known: readonly LiveEvent[],
    windows: ReadWindows,
  ): Promise<boolean> {
    for (const other of known) {
      if (other.correlationId !== event.correlationId || other.rowCount !== event.rowCount) continue;
      if (writerOf(other) !== writerOf(event)) continue;
      const its = await readLiveRows(other, this.#storage, windows);
      if (its !== undefined && rowsText(its) === rowsText(rows)) return true;
    }
    return false;
  }
}

function writerOf({ object }: LiveEvent): string | undefined {
  const instance = parseEventPath(object)?.instance;
  return instance && firstInstance(instance);
}

function rowsText({ text, from, to }: EventRows): string {
  return text.slice(from, to);
}

export type NamedEvent = Omit<LiveEvent, 'rowCount' | 'taken'> & {
  readonly requestId: unknown;
  readonly time: string;
};

/** The events of a file that live collection wrote; lines that are none, or in the making, are not its. */
export async function* readLive(
  storage: Storage,
  object: StoredObject,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly event: NamedEvent; readonly rows: EventRows }, void, void> {
  const lines = new TextLines(storage, object, signal);
  for (let some = await lines.next(); some !== undefined; some = await lines.next()) {
    for (const line of some) {
      const parsed = parseEvent(line);
      if (typeof parsed === 'string') continue;
      const { id, correlationid, xrequestid, time, agent } = parsed.values;
      const names = [id, correlationid, time];
      const rows = parsed.rows ?? (await readRowsFile(storage, object.name, String(id)));
      if (rows === undefined || names.some((name) => typeof name !== 'string')) continue;
      const { number, offset, bytes } = line;
      const event = {
        object: object.name,
        size: object.size,
        line: { number, offset, bytes },
        requestId: xrequestid,
        correlationId: String(correlationid),
        time: String(time),
        isOurs: String(agent).startsWith('mdc-bridge/'),
      };
      yield { event, rows };
    }
  }
}

/** The rows of an event that was found before. */
export async function readLiveRows(
  { object, size, line: { number, offset, bytes } }: LiveEvent,
  storage: Storage,
  windows: ReadWindows,
): Promise<EventRows | undefined> {
  const content = await windows.read(object, offset, offset + bytes, size);
  const parsed = parseEvent({
    number,
    offset,
    bytes,
    text: content.toString('utf8').replace(/\n$/, ''),
    ended: true,
  });
  if (typeof parsed === 'string') return undefined;
  return parsed.rows ?? (await readRowsFile(storage, object, String(parsed.values['id'])));
}

async function readRowsFile(storage: Storage, object: string, id: string): Promise<EventRows | undefined> {
  const path = parseEventPath(object);
  const name = path === undefined || id.includes('/') ? undefined : formatDatarefPath(path, id);
  const found = name === undefined ? undefined : await storage.stat(name);
  if (found === undefined) return undefined;
  const rows = parseRowsFile((await readRange(storage, found.name, 0, found.size)).toString('utf8'));
  return typeof rows === 'string' ? undefined : rows;
}
