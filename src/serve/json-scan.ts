import { Refusal } from './refusal.js';

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const [MINUS, PLUS, DOT, ZERO, NINE, SMALL_E, BIG_E, SMALL_U] = [45, 43, 46, 48, 57, 101, 69, 117];
const [SPACE, LF, CR, TAB] = [32, 10, 13, 9];
/** Lists and objects in one another. */
const MAX_DEPTH = 100;
/** Longer numbers may be beyond a double. */
const SURELY_FINITE = 300;
const SHORT_ESCAPES = '"\\/bfnrt';

/**
 * Walks over JSON (RFC 8259) without making anything of it, so that numbers keep their digits, keys their order, and no key is one of
 * JavaScript's own. Each method moves `at` behind what it is called for, and throws a `Refusal` where the text has something else.
 */
export class JsonScan {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space. @returns the code of what follows, NaN at the end. */
  next(): number {
    let code = this.text.charCodeAt(this.at);
    while (code === SPACE || code === LF || code === CR || code === TAB) {
      this.at += 1;
      code = this.text.charCodeAt(this.at);
    }
    return code;
  }

  /** Takes this character, if it is next. */
  takes(code: number): boolean {
    if (this.next() !== code) return false;
    this.at += 1;
    return true;
  }

  expect(code: number): void {
    if (!this.takes(code)) throw this.wrong(`${JSON.stringify(String.fromCharCode(code))} was expected`);
  }

  end(): void {
    if (!Number.isNaN(this.next())) throw this.wrong('there is more behind the rows');
  }

  value(depth = 0): void {
    const code = this.next();
    if (code === QUOTE) this.string();
    else if (code === MINUS || isDigit(code)) this.#number();
    else if (code === OPEN_OBJECT) this.#object(depth);
    else if (code === OPEN_LIST) this.#list(depth);
    else this.#word();
  }

  /** `at` is at its opening quote. */
  string(): void {
    const { text } = this;
    let at = this.at + 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
      if (code === BACKSLASH) at = this.#escape(at);
      else if (code >= SPACE) at += 1;
      else throw this.wrong('a string has no end, or a control character', at);
    }
    this.at = at + 1;
  }

  /** @param visit called with the key's start and end, in front of its value, which is to be taken. */
  entries(visit: (start: number, end: number) => void): void {
    this.expect(OPEN_OBJECT);
    if (this.takes(CLOSE_OBJECT)) return;
    do {
      if (this.next() !== QUOTE) throw this.wrong('a key was expected');
      const start = this.at;
      this.string();
      const end = this.at;
      this.expect(COLON);
      this.next();
      visit(start, end);
    } while (this.takes(COMMA));
    this.expect(CLOSE_OBJECT);
  }

  /** @param visit called in front of each item, which is to be taken. */
  items(visit: () => void): void {
    this.expect(OPEN_LIST);
    if (this.takes(CLOSE_LIST)) return;
    do {
      this.next();
      visit();
    } while (this.takes(COMMA));
    this.expect(CLOSE_LIST);
  }

  wrong(what: string, at: number = this.at): Refusal {
    return new Refusal(400, `the body can't be read as JSON rows: ${what} (character ${at})`, {
      remedy: 'send a JSON array of objects, a row each, in UTF-8',
    });
  }

  #object(depth: number): void {
    this.#checkDepth(depth);
    this.entries(() => this.value(depth + 1));
  }

  #list(depth: number): void {
    this.#checkDepth(depth);
    this.items(() => this.value(depth + 1));
  }

  #checkDepth(depth: number): void {
    if (depth >= MAX_DEPTH) throw this.wrong(`lists and objects are nested more than ${MAX_DEPTH} deep`);
  }

  #word(): void {
    const word = ['null', 'true', 'false'].find((one) => this.text.startsWith(one, this.at));
    // NaN and Infinity among others, which Python's json writes and no reader of events takes.
    if (word === undefined) throw this.wrong('a value was expected');
    this.at += word.length;
  }

  #number(): void {
    const { text } = this;
    const start = this.at;
    let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
    const digits = at;
    at = this.#digits(at);
    if (text.charCodeAt(digits) === ZERO && at > digits + 1)
      throw this.wrong('a number begins with 0', start);
    let code = text.charCodeAt(at);
    let isFloat = false;
    if (code === DOT) {
      isFloat = true;
      at = this.#digits(at + 1);
      code = text.charCodeAt(at);
    }
    let hasExponent = false;
    if (code === SMALL_E || code === BIG_E) {
      hasExponent = true;
      const sign = text.charCodeAt(at + 1);
      at = this.#digits(sign === MINUS || sign === PLUS ? at + 2 : at + 1);
    }
    this.at = at;
    const mayOverflow = hasExponent || (isFloat && at - start > SURELY_FINITE);
    if (mayOverflow && !Number.isFinite(Number(text.slice(start, at)))) {
      throw this.wrong('a number is beyond what a double can be', start);
    }
  }

  /** At least one. @returns where they end. */
  #digits(from: number): number {
    let at = from;
    while (isDigit(this.text.charCodeAt(at))) at += 1;
    if (at === from) throw this.wrong('a digit was expected', from);
    return at;
  }

  /** @returns where it ends; of a pair of surrogates, the second one's end. */
  #escape(at: number): number {
    if (this.text.charCodeAt(at + 1) !== SMALL_U) {
      if (SHORT_ESCAPES.includes(this.text.charAt(at + 1) || ' ')) return at + 2;
      throw this.wrong('there is no such escape', at);
    }
    const unit = this.#unit(at);
    if (unit < 0xd800 || unit > 0xdfff) return at + 6;
    const low = this.text.startsWith('\\u', at + 6) ? this.#unit(at + 6) : 0;
    if (unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) return at + 12;
    // No text: strict readers refuse the whole file for it.
    throw this.wrong('a string has half of a surrogate pair', at);
  }

  #unit(at: number): number {
    const hex = this.text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.wrong('there is no such escape', at);
    return Number.parseInt(hex, 16);
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
