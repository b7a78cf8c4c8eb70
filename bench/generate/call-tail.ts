import { NO_REQUEST } from './correlation-columns.ts';
import type { Random } from './random.ts';

/** Who collects: the four parts that stand in every row and in the path. */
export interface Identity {
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
}

const ID_LENGTH = 36;
const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);
const HEX: Buffer = Buffer.from('0123456789abcdef');
const DIGITS = '0'.charCodeAt(0);

/** The eight values that end every row of one call, and the row's CRLF. Built once a call, copied once a row. */
export class CallTail {
  readonly bytes: Buffer;
  length = 0;
  readonly #date: Buffer;
  readonly #rest: Buffer;
  readonly #random: Random;

  /** @param date `2018-12-30`: the folder's. */
  constructor(identity: Identity, date: string, boundary: 60 | 1440, random: Random) {
    const { workspace, service, model, version } = identity;
    this.#date = Buffer.from(`,${date}T`);
    this.#rest = Buffer.from(`,${boundary},${workspace},${service},${model},${version},${NO_REQUEST}\r\n`);
    this.bytes = Buffer.alloc(this.#rest.length + 128);
    this.#random = random;
  }

  /** A new call, so many microseconds into the day. `user` stands before its id, as the SDK puts it: `user-7-`. */
  begin(microseconds: number, user: string): void {
    let at = this.bytes.write(user, 'latin1');
    at = this.#writeUuid4(at);
    at += this.#date.copy(this.bytes, at);
    at = this.#writeTime(microseconds, at);
    this.length = at + this.#rest.copy(this.bytes, at);
  }

  #writeUuid4(at: number): number {
    const { bytes } = this;
    let bits = 0;
    let left = 0;
    for (let i = 0; i < ID_LENGTH; i++) {
      if (DASHES.has(i)) {
        bytes[at + i] = 0x2d;
        continue;
      }
      if (left === 0) {
        bits = this.#random.uint32();
        left = 8;
      }
      bytes[at + i] = HEX[bits & 15]!;
      bits >>>= 4;
      left -= 1;
    }
    bytes[at + 14] = 0x34;
    bytes[at + 19] = HEX[8 + (this.#random.uint32() & 3)]!;
    return at + ID_LENGTH;
  }

  /** `HH:MM:SS.ffffff`, and without the fraction when it is zero, as Python's isoformat does. */
  #writeTime(microseconds: number, at: number): number {
    const seconds = Math.floor(microseconds / 1e6);
    const fraction = microseconds % 1e6;
    at = this.#writeNumber(Math.floor(seconds / 3600), 2, at, ':');
    at = this.#writeNumber(Math.floor(seconds / 60) % 60, 2, at, ':');
    at = this.#writeNumber(seconds % 60, 2, at, fraction === 0 ? '' : '.');
    return fraction === 0 ? at : this.#writeNumber(fraction, 6, at, '');
  }

  #writeNumber(value: number, digits: number, at: number, then: '' | ':' | '.'): number {
    for (let i = digits - 1; i >= 0; i--) {
      this.bytes[at + i] = DIGITS + (value % 10);
      value = Math.floor(value / 10);
    }
    if (then === '') return at + digits;
    this.bytes[at + digits] = then.charCodeAt(0);
    return at + digits + 1;
  }
}
