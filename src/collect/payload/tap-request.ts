import type { IncomingMessage } from 'node:http';

type Emit = (this: IncomingMessage, event: string | symbol, ...values: unknown[]) => boolean;

/** Who hears what is read of a request. */
export interface RequestTap {
  /** The request's own. */
  emit: Emit;
  readRequest(chunk: unknown): void;
  /** The handler has read to its end. */
  requestRead(): void;
  /** Nothing more will come; told several times, perhaps. */
  requestOver(): void;
  /** When a request is answered, Node itself empties what nobody has read. */
  readonly isEmptied: boolean;
}

/**
 * Copies what is read of requests. No listener is added, which would start the stream: every way to read one passes its chunks through
 * `emit`.
 */
export class RequestTaps {
  readonly #slot = Symbol('tap');
  readonly #emit: Emit;

  constructor() {
    const slot = this.#slot;
    this.#emit = function emit(...given): boolean {
      const tap = (this as Tapped)[slot] as RequestTap;
      const event = given[0];
      if (event === 'data' && !tap.isEmptied) tap.readRequest(given[1]);
      else if (event === 'end' && !tap.isEmptied) tap.requestRead();
      const isHeard = Reflect.apply(tap.emit, this, given);
      if (event === 'end' || event === 'close') tap.requestOver();
      return isHeard;
    };
  }

  add(request: IncomingMessage, tap: RequestTap): void {
    tap.emit = request.emit as Emit;
    (request as Tapped)[this.#slot] = tap;
    request.emit = this.#emit as typeof request.emit;
  }
}

/** Otherwise there is nothing to tap. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

type Tapped = IncomingMessage & { [slot: symbol]: RequestTap };
