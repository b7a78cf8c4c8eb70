import type { ServerResponse } from 'node:http';

type Method = (this: ServerResponse, ...values: unknown[]) => unknown;

/** Who hears what is written to a response, and its own methods. */
export interface ResponseTap {
  write: Method;
  end: Method;
  writeHead: Method;
  /** Headers as `writeHead` was given them. */
  givenHeaders: unknown;
  writeResponse(chunk: unknown, encoding: unknown): void;
  responseOver(): void;
}

/**
 * Copies what is written to responses, after it has been written: what the original refuses, or throws at, is none of the response.
 * Arguments, results and errors are the original's. The methods are the same ones for all responses: a response has its tap in a slot,
 * each logger its own.
 */
export class ResponseTaps {
  readonly #slot: symbol;
  readonly #methods: Readonly<Record<'write' | 'end' | 'writeHead', Method>>;
  readonly #closed: (this: ServerResponse) => void;

  constructor() {
    const slot = Symbol('tap');
    const tapOf = (response: ServerResponse): ResponseTap => (response as Tapped)[slot] as ResponseTap;
    this.#slot = slot;
    this.#methods = {
      write(...values) {
        const tap = tapOf(this);
        const isOpen = !this.writableEnded && !this.destroyed;
        const result = Reflect.apply(tap.write, this, values);
        if (isOpen) tap.writeResponse(values[0], values[1]);
        return result;
      },
      end(...values) {
        const tap = tapOf(this);
        const isOpen = !this.writableEnded && !this.destroyed;
        const result = Reflect.apply(tap.end, this, values);
        if (isOpen) tap.writeResponse(values[0], values[1]);
        return result;
      },
      writeHead(...values) {
        const tap = tapOf(this);
        const result = Reflect.apply(tap.writeHead, this, values);
        tap.givenHeaders = typeof values[1] === 'string' ? values[2] : (values[1] ?? values[2]);
        return result;
      },
    };
    this.#closed = function closed() {
      tapOf(this).responseOver();
    };
  }

  /** Whether a response was given a tap, however long ago. */
  has(response: ServerResponse): boolean {
    return (response as Tapped)[this.#slot] !== undefined;
  }

  add(response: ServerResponse, tap: ResponseTap): void {
    const tapped = response as unknown as Record<'write' | 'end' | 'writeHead', Method>;
    const { write, end, writeHead } = this.#methods;
    tap.write = tapped.write;
    tap.end = tapped.end;
    tap.writeHead = tapped.writeHead;
    (response as Tapped)[this.#slot] = tap;
    tapped.write = write;
    tapped.end = end;
    tapped.writeHead = writeHead;
    response.on('close', this.#closed);
  }
}

type Tapped = ServerResponse & { [slot: symbol]: ResponseTap | undefined };
