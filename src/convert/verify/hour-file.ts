import type { Storage, StoredObject } from '../../storage/storage.js';
import { type EventLine, readEventLine } from './event-line.js';
import { TextLines } from './text-lines.js';

/** So many events, and so many bytes of them, are looked at ahead of the one that should be next. */
const MAX_AHEAD_EVENTS = 4096;
const MAX_AHEAD_BYTES: number = 32 * 1024 * 1024;
/** When so many events in a row were not found behind a full look ahead, what stands there is what is wrong. */
const MAX_MISSES = 64;

/** What an event is looked for by: both as JSON strings, quotes included. */
export interface EventKeys {
  readonly id: string;
  readonly correlationId: string;
}

/**
 * The events of one object, claimed one by one in the order in which the source asks for them. In a good tree the next line is
 * always the one asked for. Where it is not, lines ahead are looked through, and those that nothing asked for are given back as
 * unclaimed, so that a lost or an added event disturbs none after it. Memory: one read, and at most 4,096 events or
 * 32 MiB ahead.
 */
export class HourFile {
  readonly object: StoredObject;
  /** Lines that are no event and were asked for by nothing: blank ones. */
  readonly blanks: number[] = [];
  /** Events that stand behind others whose first rows come later. */
  readonly outOfOrder = { count: 0, firstLine: 0 };
  /** The last line, if no newline ends it and it is whole all the same. */
  unended: number | undefined;
  readonly #lines: TextLines;
  /** Events that nothing is going to ask for any more. */
  readonly #passed: EventLine[] = [];
  /** Read and not claimed, in the order of the file. */
  #ahead: EventLine[] = [];
  readonly #byKey = new Map<string, EventLine[]>();
  #aheadBytes = 0;
  #lastClaimed = 0;
  #misses = 0;

  constructor(storage: Storage, object: StoredObject, signal?: AbortSignal) {
    this.object = object;
    this.#lines = new TextLines(storage, object, signal);
  }

  /** The event, if it is the next one or among those already looked at. Nothing to wait for: no promise. */
  near(keys: EventKeys): EventLine | undefined | Promise<EventLine | undefined> {
    if (this.#ahead.length > 0) return this.#find(keys);
    // Where lines are left of the last read, the next one is at hand.
    if (this.#takeOne()) return this.#find(keys);
    return this.#readOne().then(() => this.#find(keys));
  }

  /** The event, if it stands within reach. */
  async far(keys: EventKeys): Promise<EventLine | undefined> {
    for (;;) {
      if (this.#isFull()) this.#passBy(this.#misses >= MAX_MISSES);
      if (this.#isFull() || !(await this.#readOne())) break;
      const found = this.#find(keys);
      if (found !== undefined) return found;
    }
    if (this.#isFull()) this.#misses += 1;
    return this.#unnamed();
  }

  claim(event: EventLine): void {
    this.#remove(event);
    this.#misses = 0;
    const { number } = event.line;
    if (number > this.#lastClaimed) {
      this.#lastClaimed = number;
      return;
    }
    this.outOfOrder.count += 1;
    if (this.outOfOrder.count === 1) this.outOfOrder.firstLine = number;
  }

  /** Reads to the end, giving what nothing claimed, some at a time; then the checksum is known. */
  async end(take: (unclaimed: readonly EventLine[]) => void): Promise<{ size: number; sha256: string }> {
    do {
      take([...this.#passed.splice(0), ...this.#ahead]);
      this.#forgetAhead();
    } while (await this.#readOne());
    return { size: this.object.size, sha256: this.#lines.sha256() };
  }

  /** Forgets what was read and not claimed; it is read again when it is asked for. */
  rest(): void {
    const [first] = this.#ahead;
    const unbroken = this.#ahead.every(({ line }, i) => line.number === (first?.line.number ?? 0) + i);
    const next = first?.line ?? this.#lines.nextLine;
    // Lines that were passed by once must not come back as if they were new.
    if (!unbroken || next.number < this.#lastClaimed) return;
    this.#lines.rewind(next);
    this.#forgetAhead();
  }

  #forgetAhead(): void {
    this.#ahead.length = 0;
    if (this.#byKey.size > 0) this.#byKey.clear();
    this.#aheadBytes = 0;
  }

  #isFull(): boolean {
    return this.#ahead.length >= MAX_AHEAD_EVENTS || this.#aheadBytes >= MAX_AHEAD_BYTES;
  }

  async #readOne(): Promise<boolean> {
    while (!this.#takeOne()) if (!(await this.#lines.fill())) return false;
    return true;
  }

  /** The next event, if it is at hand. */
  #takeOne(): boolean {
    for (let line = this.#lines.take(); line !== undefined; line = this.#lines.take()) {
      if (line.text.trim() === '') {
        this.blanks.push(line.number);
        continue;
      }
      if (!line.ended && line.text.endsWith('}')) this.unended = line.number;
      this.#add(readEventLine(line));
      return true;
    }
    return false;
  }

  #add(event: EventLine): void {
    const [first] = this.#ahead;
    // One event alone is found without an index: in a good tree there are never more.
    if (first !== undefined && this.#ahead.length === 1) this.#index(first);
    this.#ahead.push(event);
    this.#aheadBytes += event.line.bytes;
    if (first !== undefined) this.#index(event);
  }

  #index(event: EventLine): void {
    for (const key of keysOf(event)) {
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, [event]);
      else if (!others.includes(event)) others.push(event);
    }
  }

  #find({ id, correlationId }: EventKeys): EventLine | undefined {
    const [first] = this.#ahead;
    if (first === undefined) return undefined;
    if (this.#ahead.length === 1) {
      return first.correlationId === correlationId || first.id === id ? first : undefined;
    }
    return this.#byKey.get(`c${correlationId}`)?.[0] ?? this.#byKey.get(`i${id}`)?.[0];
  }

  /** A line that shows no id at all, where the event asked for should stand, is taken for it. */
  #unnamed(): EventLine | undefined {
    const [first] = this.#ahead;
    return first !== undefined && first.id === undefined && first.correlationId === undefined
      ? first
      : undefined;
  }

  #remove(event: EventLine): void {
    this.#aheadBytes -= event.line.bytes;
    if (this.#ahead.length === 1) {
      this.#forgetAhead();
      return;
    }
    this.#ahead.splice(this.#ahead.indexOf(event), 1);
    for (const key of keysOf(event)) {
      const others = (this.#byKey.get(key) ?? []).filter((other) => other !== event);
      if (others.length === 0) this.#byKey.delete(key);
      else this.#byKey.set(key, others);
    }
  }

  /** Events before the last claimed one come too late for any that is still asked for in a tree in order. */
  #passBy(all: boolean): void {
    const passed = this.#ahead.filter(({ line }) => all || line.number < this.#lastClaimed);
    for (const event of passed) this.#remove(event);
    this.#passed.push(...passed);
  }
}

function keysOf({ id, correlationId }: EventLine): string[] {
  return [
    ...(id === undefined ? [] : [`i${id}`]),
    ...(correlationId === undefined ? [] : [`c${correlationId}`]),
  ];
}
