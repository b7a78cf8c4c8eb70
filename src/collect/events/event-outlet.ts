import type { BlobTarget } from '../delivery/batch.js';
import type { RowSink } from '../delivery/row-sink.js';

/** One event to be. */
export interface CollectedPart {
  readonly correlationId: string;
  /** Of the whole call: the context's id. */
  readonly requestId: string;
  /** Unix seconds as the context has them, or the finished RFC 3339 text. */
  readonly time: number | string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** JSON of the rows, in UTF-8. */
  readonly data: Uint8Array;
  readonly rows: number;
}

/** What waits in the store: rows of one blob, or one request. */
export interface OutgoingRows {
  readonly target: BlobTarget;
  /** Valid until the outlet's next call: the store copies them. */
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Where events go, and in which form. */
export interface EventOutlet {
  readonly sink: RowSink;
  /** Events wait so long at most before they are sent. */
  readonly flushMs: number;
  /** Requests that may wait; storage has no requests. */
  readonly capacity: number;
  /** @throws MdcBridgeError `usage` for a context that can't be written there. */
  format(parts: readonly CollectedPart[]): OutgoingRows[];
}
