import { MdcBridgeError, type Place } from '../errors.js';
import type { Storage } from '../storage/storage.js';
import { type LastPart, withLastPart } from './followed-parts.js';
import type { SourceResult } from './report.js';
import { migrationFolder } from './source.js';
import { linesOf, readStored } from './stored-text.js';

/** One line of a journal. Later entries stand in place of earlier ones for the same source or collection. */
export type JournalEntry =
  | { readonly kind: 'journal'; readonly version: 1 }
  /** What a collection's events look like; a later run must agree or be told to convert it again. */
  | {
      readonly kind: 'collection';
      readonly path: string;
      readonly columns: readonly (readonly [name: string, type: string])[];
    }
  /** Since when live collection writes a collection's events: the hour of its earliest file. */
  | { readonly kind: 'watermark'; readonly path: string; readonly hour: string }
  | { readonly kind: 'range'; readonly since?: string; readonly until?: string }
  /** These instance names are ours from here on: written before any of their files. */
  | { readonly kind: 'claim'; readonly instances: readonly string[] }
  | ({ readonly kind: 'source' } & SourceResult)
  /** The last part of a source that is followed was converted again; the others stand as its entries before say. */
  | ({ readonly kind: 'growth' } & LastPart);

/** Each writing waits for the disk, or is a request: so many sources as are done meanwhile share one. */
const FLUSH_MS = 1000;
/** So much is in memory once more while it is on its way. */
const APPEND_BYTES = 1024 * 1024;

/** A journal up to this size may be of entries that no longer count; above, of as many as count. */
const MAX_OUTDATED_BYTES = 4 * 1024 * 1024;
/** Instances that one entry claims: it is one line, to be written in one request. */
export const CLAIMED_AT_ONCE = 10_000;

/** What is done in one destination for one source tree. Append-only: an entry counts once its line is whole. */
export class Journal {
  readonly sources: Map<string, SourceResult> = new Map();
  readonly collections: Map<string, readonly (readonly [name: string, type: string])[]> = new Map();
  /** Collection → hour. */
  readonly watermarks: Map<string, string> = new Map();
  readonly instances: Set<string> = new Set();
  /** Of the last run that had one to tell. */
  range: Extract<JournalEntry, { kind: 'range' }> | undefined;
  /** Whether its last line was found cut short, as a kill leaves it. */
  cutShort = false;
  readonly #storage: Storage;
  readonly #name: string;
  #pending: string[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;
  #empty = true;
  /** Of its lines; and how many of them counted when that was last looked at. */
  #bytes = 0;
  #countingBytes = 0;

  private constructor(storage: Storage, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  /** Reads what is there, to go on from it; absent is an empty journal, unreadable is an error. */
  static async open(storage: Storage, sourceId: string): Promise<Journal> {
    const journal = new Journal(storage, journalName(sourceId));
    const { whole, size } = await journal.#read();
    // What follows the last newline is an entry that a kill cut short: its source is converted again.
    journal.cutShort = whole < size;
    if (journal.cutShort) await journal.#keep(whole);
    return journal;
  }

  /** What is there now, also while another process writes it: nothing is changed. */
  static async look(storage: Storage, sourceId: string): Promise<Journal> {
    const journal = new Journal(storage, journalName(sourceId));
    await journal.#read();
    return journal;
  }

  /** Returns when the entries are durable. */
  async append(...entries: readonly JournalEntry[]): Promise<void> {
    for (const entry of entries) this.note(entry);
    await this.flush();
  }

  /**
   * As `append`, but the entry becomes durable within a second, together with others: killed before that, a run does its source
   * again. Throws what an earlier writing met.
   */
  note(entry: JournalEntry): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#empty) this.#pending.push(`${JSON.stringify({ kind: 'journal', version: 1 })}\n`);
    this.#empty = false;
    this.#apply(entry);
    const line = `${JSON.stringify(entry)}\n`;
    this.#bytes += line.length;
    this.#pending.push(line);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), FLUSH_MS);
  }

  /** Returns when all entries are durable. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#failure === undefined && (this.#pending.length > 0 || this.#writing !== undefined)) {
      this.#writing ??= this.#writePending();
      await this.#writing;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Replaces it by the entries that still count, in one step, where most no longer do. */
  async shorten(): Promise<void> {
    if (this.#bytes <= Math.max(MAX_OUTDATED_BYTES, 2 * this.#countingBytes)) return;
    await this.flush();
    const staged = await this.#storage.stage(this.#name);
    let bytes = 0;
    for (const entry of this.#counting()) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
      bytes += line.length;
      await staged.append(line);
    }
    await staged.publish();
    this.#bytes = bytes;
    this.#countingBytes = bytes;
  }

  *#counting(): Generator<JournalEntry, void, void> {
    yield { kind: 'journal', version: 1 };
    if (this.range !== undefined) yield this.range;
    for (const [path, columns] of this.collections) yield { kind: 'collection', path, columns };
    for (const [path, hour] of this.watermarks) yield { kind: 'watermark', path, hour };
    const instances = [...this.instances];
    for (let at = 0; at < instances.length; at += CLAIMED_AT_ONCE) {
      yield { kind: 'claim', instances: instances.slice(at, at + CLAIMED_AT_ONCE) };
    }
    for (const result of this.sources.values()) yield { ...result, kind: 'source' };
  }

  async #writePending(): Promise<void> {
    let [lines, bytes] = [0, 0];
    for (; lines < this.#pending.length && bytes < APPEND_BYTES; lines += 1) {
      bytes += this.#pending[lines]?.length ?? 0;
    }
    const now = this.#pending.splice(0, lines).join('');
    try {
      await this.#storage.append(this.#name, Buffer.from(now, 'utf8'));
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#writing = undefined;
    }
  }

  /** Line by line: of a million sources it is longer than a string may be. @returns the bytes of whole lines, and of all. */
  async #read(): Promise<{ readonly whole: number; readonly size: number }> {
    let [whole, size, number] = [0, 0, 0];
    for await (const { text, end, isWhole } of linesOf(
      readStored({ storage: this.#storage, name: this.#name }),
    )) {
      size = end;
      if (!isWhole) break;
      number += 1;
      this.#apply(parseEntry(text, this.#name, number));
      whole = end;
    }
    this.#empty = whole === 0;
    this.#bytes = whole;
    return { whole, size };
  }

  /** So many bytes of it, and no more. */
  async #keep(end: number): Promise<void> {
    const staged = await this.#storage.stage(this.#name);
    for await (const chunk of end === 0 ? [] : this.#storage.read(this.#name, { end })) {
      await staged.append(chunk);
    }
    await staged.publish();
  }

  #apply(entry: JournalEntry): void {
    if (entry.kind === 'source') this.sources.set(entry.source, entry);
    else if (entry.kind === 'growth') this.#grow(entry);
    else if (entry.kind === 'collection') this.collections.set(entry.path, entry.columns);
    else if (entry.kind === 'range') this.range = entry;
    else if (entry.kind === 'watermark') this.watermarks.set(entry.path, entry.hour);
    else if (entry.kind === 'claim') for (const instance of entry.instances) this.instances.add(instance);
  }

  /** One that follows none is not of ours: it says nothing. */
  #grow(entry: LastPart): void {
    const followed = this.sources.get(entry.source)?.followed;
    if (followed === undefined) return;
    this.sources.set(entry.source, withLastPart(followed.frozen, entry, followed.decisions));
  }
}

function journalName(sourceId: string): string {
  return `${migrationFolder(sourceId)}/journal.jsonl`;
}

function parseEntry(line: string, file: string, number: number): JournalEntry {
  const place = { file, line: number };
  let entry: JournalEntry | null;
  try {
    entry = JSON.parse(line) as JournalEntry | null;
  } catch (cause) {
    throw notAnEntry(place, cause);
  }
  if (typeof entry?.kind !== 'string') throw notAnEntry(place);
  if (entry.kind !== 'journal' || entry.version === 1) return entry;
  throw new MdcBridgeError('conflict', `the journal is of a later version (${String(entry.version)})`, {
    place,
    remedy: 'use the mdc-bridge that wrote it, or a newer one',
  });
}

function notAnEntry(place: Place, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('conflict', 'the journal has a line that is no entry of a journal', {
    place,
    cause,
    remedy: 'restore the journal, or convert into an empty DEST',
  });
}
