import type { IncomingMessage } from 'node:http';
import { full, Refusal } from './refusal.js';

export interface BodyLimits {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all bodies that are under way. */
  readonly maxBytesAtOnce: number;
}

/** `gone`: the sender went away before the end. */
export type ReadBody = Buffer | Refusal | 'gone';

const NO_BYTES = Buffer.alloc(0);

/** Reads requests' bodies, each and all together within limits. */
export class RequestBodies {
  readonly #limits: BodyLimits;
  #bytes = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /**
   * @param announced bytes, by its headers.
   * @param done called once. Of a request that is refused there may be more to come.
   */
  read(request: IncomingMessage, announced: number, done: (body: ReadBody) => void): void {
    const { maxBytes, maxBytesAtOnce } = this.#limits;
    if (announced > maxBytes) {
      done(tooLarge(maxBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const end = (body: ReadBody): void => {
      if (isOver) return;
      isOver = true;
      this.#bytes -= bytes;
      done(body);
    };
    request.on('data', (chunk: Buffer) => {
      if (isOver) return;
      bytes += chunk.length;
      this.#bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) end(tooLarge(maxBytes));
      else if (this.#bytes > maxBytesAtOnce) end(full('too many bytes are on their way at once'));
    });
    request.on('end', () =>
      end(chunks.length === 1 ? (chunks[0] ?? NO_BYTES) : Buffer.concat(chunks, bytes)),
    );
    request.on('close', () => end('gone'));
  }
}

function tooLarge(most: number): Refusal {
  return new Refusal(413, `a request may have ${most} bytes`, { remedy: 'send fewer rows at once' });
}
