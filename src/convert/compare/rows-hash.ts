import { mix } from '../../event/event-id.js';
import { epochMilliseconds } from './date-text.js';
import { longEscapes, readString, shortEscape } from './json-at.js';
import { plainDecimal, roundedDecimal } from './plain-decimal.js';
import { RowSum } from './row-sum.js';
import { type RowsDigest, STEP_A, STEP_B } from './rows-digest.js';
import { FNV, MURMUR } from './text-hash.js';

/** What a cell's value is in JSON; part of its hash, so that `5` and `"5"` differ. */
const TEXT = 0x1b873593;
const NUMBER = 0x2c1b3c6d;
const NULL = 0x297a2d39;
const TRUE = 0x165667b1;
const FALSE = 0x27d4eb2f;
const OTHER = 0x5bd1e995;

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const MINUS = 0x2d;
const POINT = 0x2e;

const BACKSLASH = 0x5c;

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * The values of some rows as a few numbers. Cells are added under the hash of their column's name, in any order within a row; all
 * text is in byte strings.
 */
export class RowsHash implements RowsDigest {
  rows = 0;
  orderA = 0;
  orderB = 0;
  sumA = 0;
  sumB = 0;
  spelling = 0;
  isRounded = false;
  readonly #row = new RowSum();
  readonly #rounds: boolean;

  /** `rounds`: values count as they are after Azure's collector has written them. */
  constructor(rounds: boolean) {
    this.#rounds = rounds;
  }

  /** As if it were new. */
  clear(): void {
    this.rows = 0;
    this.orderA = 0;
    this.orderB = 0;
    this.sumA = 0;
    this.sumB = 0;
    this.spelling = 0;
    this.isRounded = false;
    this.dropRow();
  }

  addNull(column: number): void {
    this.#row.add(column ^ NULL, NULL);
  }

  addBoolean(column: number, value: boolean): void {
    this.#row.add(column ^ (value ? TRUE : FALSE), TRUE);
  }

  addText(column: number, text: string, from: number, to: number): void {
    if (this.#rounds && to - from >= 10 && this.#addDate(column, text, from, to)) return;
    this.#hash(column, TEXT, text, from, to);
  }

  /**
   * A text as JSON has it, between its quotes and with escapes: most of it is hashed where it stands.
   *
   * @throws Unreadable for what is no escape.
   */
  addEscapedText(column: number, text: string, from: number, to: number): void {
    if (this.#rounds) {
      const value = readString(text.slice(from - 1, to + 1));
      this.addText(column, value, 0, value.length);
      return;
    }
    let a = Math.imul(column ^ TEXT, STEP_A);
    let b = column ^ TEXT;
    for (let i = from; i < to; i += 1) {
      let code = text.charCodeAt(i);
      if (code === BACKSLASH) {
        i += 1;
        code = shortEscape(text.charCodeAt(i));
        if (code < 0) {
          const { value, end } = longEscapes(text, i - 1);
          for (let k = 0; k < value.length; k += 1) {
            a = Math.imul(a ^ value.charCodeAt(k), FNV);
            b = Math.imul(((b << 5) | (b >>> 27)) ^ value.charCodeAt(k), MURMUR);
          }
          i = end - 1;
          continue;
        }
      }
      a = Math.imul(a ^ code, FNV);
      b = Math.imul(((b << 5) | (b >>> 27)) ^ code, MURMUR);
    }
    this.#row.add(a, b);
  }

  /** A list or an object, which no column of a CSV file becomes. */
  addOther(column: number, text: string, from: number, to: number): void {
    this.#hash(column, OTHER, text, from, to);
  }

  /** False if it is no JSON number; then nothing is added. */
  addNumber(column: number, text: string, from: number, to: number): boolean {
    const first = text.charCodeAt(from);
    const start = first === MINUS ? from + 1 : from;
    let a = Math.imul(column ^ NUMBER, STEP_A);
    let b = column ^ NUMBER;
    if (start !== from) {
      a = Math.imul(a ^ MINUS, FNV);
      b = Math.imul(((b << 5) | (b >>> 27)) ^ MINUS, MURMUR);
    }
    let point = -1;
    let code = 0;
    for (let i = start; i < to; i += 1) {
      code = text.charCodeAt(i);
      if (code < DIGIT_0 || code > DIGIT_9) {
        if (code !== POINT || point >= 0 || i === start)
          return this.#addUnusual(column, text.slice(from, to));
        point = i;
      }
      a = Math.imul(a ^ code, FNV);
      b = Math.imul(((b << 5) | (b >>> 27)) ^ code, MURMUR);
    }
    const whole = (point < 0 ? to : point) - start;
    const isPlain =
      whole > 0 &&
      (whole === 1 || text.charCodeAt(start) !== DIGIT_0) &&
      (point < 0 ? first !== MINUS || text.charCodeAt(start) !== DIGIT_0 : code > DIGIT_0) &&
      (!this.#rounds || (point < 0 ? true : to - point <= 11 && whole <= 16));
    if (!isPlain) return this.#addUnusual(column, text.slice(from, to));
    this.#row.add(a, b);
    return true;
  }

  endRow(): void {
    const row = this.#row;
    const a = mix(row.a);
    const b = mix(row.b ^ STEP_B);
    this.orderA = (Math.imul(this.orderA, STEP_A) + a) | 0;
    this.orderB = (Math.imul(this.orderB, STEP_B) + b) | 0;
    this.sumA = (this.sumA + a) | 0;
    this.sumB = (this.sumB + b) | 0;
    this.spelling = (this.spelling + row.spelling) | 0;
    this.rows += 1;
    row.clear();
  }

  /** Forgets the cells since the last row's end. */
  dropRow(): void {
    this.#row.clear();
  }

  #addUnusual(column: number, token: string): boolean {
    if (!JSON_NUMBER.test(token)) return false;
    const plain = plainDecimal(token);
    // Integers have all their digits in Azure's events too.
    const value = this.#rounds && /[.eE]/.test(token) ? roundedDecimal(token) : plain;
    if (value !== plain) this.isRounded = true;
    if (value !== token) this.#row.respell(column, token);
    this.#hash(column, NUMBER, value, 0, value.length);
    return true;
  }

  /** Azure's collector writes a date as the number of its epoch milliseconds. */
  #addDate(column: number, text: string, from: number, to: number): boolean {
    const value = epochMilliseconds(text, from, to);
    if (value === undefined) return false;
    this.isRounded = true;
    this.#row.respell(column, text.slice(from, to));
    this.#hash(column, NUMBER, value, 0, value.length);
    return true;
  }

  #hash(column: number, kind: number, text: string, from: number, to: number): void {
    let a = Math.imul(column ^ kind, STEP_A);
    let b = column ^ kind;
    for (let i = from; i < to; i += 1) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, FNV);
      b = Math.imul(((b << 5) | (b >>> 27)) ^ code, MURMUR);
    }
    this.#row.add(a, b);
  }
}
