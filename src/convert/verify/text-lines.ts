import { constants, isAscii, isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import type { Storage, StoredObject } from '../../storage/storage.js';
import { readRange } from './read-range.js';

const LF = 0x0a;
const NOTHING: Buffer = Buffer.alloc(0);
/** Sequential reading doubles what is read at once, up to this; a rest begins small again. */
const FIRST_READ_BYTES: number = 256 * 1024;
const MAX_READ_BYTES: number = 1024 * 1024;
/** A line that no JavaScript string can hold can't be read by anything else that we know of. */
const MAX_LINE_BYTES: number = constants.MAX_STRING_LENGTH - 1;

/** One line of an object in the v2 tree, without its newline. */
export interface TextLine {
  /** 1-based. */
  readonly number: number;
  /** Of its first byte. */
  readonly offset: number;
  /** In bytes, with the newline. */
  readonly bytes: number;
  /** Where the bytes are not UTF-8 each stands as one character, so that an id may still be found. */
  readonly text: string;
  /** Why nothing should be made of the text, as a sentence's end. */
  readonly flaw?: 'it is not valid UTF-8' | 'it is longer than any string';
  /** Whether a newline ended it. */
  readonly ended: boolean;
}

/**
 * Lines of one object, with the checksum of all bytes read. Between reads it holds no open file, and lines become text when they
 * are taken. Memory: one read of at most 1 MiB, and one line.
 */
export class TextLines {
  readonly #storage: Storage;
  readonly #object: StoredObject;
  readonly #signal: AbortSignal | undefined;
  readonly #hash: Hash = createHash('sha256');
  #hashed = 0;
  /** What was read last, and where in it the next line begins or goes on. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** Where the next read begins. */
  #position = 0;
  #readBytes = FIRST_READ_BYTES;
  /** The beginning of a line that earlier reads have not ended. */
  #carry: Buffer[] = [];
  #carried = 0;
  #number = 0;

  constructor(storage: Storage, object: StoredObject, signal?: AbortSignal) {
    this.#storage = storage;
    this.#object = object;
    this.#signal = signal;
  }

  /** The next lines, at least one; `undefined` at the end. */
  async next(): Promise<TextLine[] | undefined> {
    const lines: TextLine[] = [];
    if (!(await this.fill())) return undefined;
    for (let line = this.take(); line !== undefined; line = this.take()) lines.push(line);
    return lines;
  }

  /** The next line, if it is at hand: otherwise `fill` first. */
  take(): TextLine | undefined {
    const end = this.#bytes.indexOf(LF, this.#at);
    if (end >= 0) {
      const content = this.#takeCarry(this.#bytes.subarray(this.#at, end));
      this.#at = end + 1;
      return this.#line(content, this.#position - this.#bytes.length + end + 1, true);
    }
    this.#keepRest();
    if (this.#carried === 0 || this.#position < this.#object.size) return undefined;
    return this.#line(this.#takeCarry(NOTHING), this.#position, false);
  }

  /** Reads until a line is at hand; `false` at the end. */
  async fill(): Promise<boolean> {
    while (this.#bytes.indexOf(LF, this.#at) < 0) {
      this.#keepRest();
      if (this.#position >= this.#object.size) return this.#carried > 0;
      const end = Math.min(this.#object.size, this.#position + this.#readBytes);
      const bytes = await readRange(this.#storage, this.#object.name, this.#position, end, this.#signal);
      this.#readBytes = Math.min(MAX_READ_BYTES, this.#readBytes * 2);
      this.#add(bytes);
    }
    return true;
  }

  /** Where the next line begins. */
  get nextLine(): Pick<TextLine, 'number' | 'offset'> {
    const read = this.#position - this.#bytes.length + this.#at;
    return { number: this.#number + 1, offset: read - this.#carried };
  }

  /** Forgets what was read of this line and all later ones: they are read again when they are asked for. */
  rewind({ number, offset }: Pick<TextLine, 'number' | 'offset'>): void {
    this.#position = offset;
    this.#number = number - 1;
    this.#bytes = NOTHING;
    this.#at = 0;
    this.#takeCarry(NOTHING);
    this.#readBytes = FIRST_READ_BYTES;
  }

  /** Of the whole object, in hex: once, after the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  #add(bytes: Buffer): void {
    const start = this.#position;
    this.#bytes = bytes;
    this.#at = 0;
    // Shorter than it was listed: nothing more is to be had.
    this.#position = bytes.length === 0 ? this.#object.size : start + bytes.length;
    if (this.#position <= this.#hashed) return;
    this.#hash.update(bytes.subarray(Math.max(0, this.#hashed - start)));
    this.#hashed = this.#position;
  }

  /** What is left without a newline belongs to the next read's first line. */
  #keepRest(): void {
    if (this.#at < this.#bytes.length) {
      this.#carry.push(this.#bytes.subarray(this.#at));
      this.#carried += this.#bytes.length - this.#at;
    }
    this.#bytes = NOTHING;
    this.#at = 0;
  }

  #takeCarry(last: Buffer): Buffer {
    if (this.#carried === 0) return last;
    const whole = Buffer.concat([...this.#carry, last]);
    this.#carry = [];
    this.#carried = 0;
    return whole;
  }

  /** `end` is the offset behind the line and its newline. */
  #line(content: Buffer, end: number, ended: boolean): TextLine {
    const bytes = content.length + (ended ? 1 : 0);
    this.#number += 1;
    const place = { number: this.#number, offset: end - bytes, bytes, ended };
    if (content.length > MAX_LINE_BYTES) {
      return { ...place, text: content.toString('latin1', 0, 4096), flaw: 'it is longer than any string' };
    }
    if (isAscii(content)) return { ...place, text: content.toString('latin1') };
    if (isUtf8(content)) return { ...place, text: content.toString('utf8') };
    return { ...place, text: content.toString('latin1'), flaw: 'it is not valid UTF-8' };
  }
}
