import { randomUUID } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { MdcBridgeError } from '../../errors.js';
import { AGENT } from '../../event/collected-event.js';
import type { RowSink } from '../delivery/row-sink.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';

/** Names and values in the order in which they are sent. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export interface SidecarOutletOptions {
  readonly collection: string;
  /** Requests that may wait. */
  readonly capacity: number;
  readonly newId?: () => string;
}

/** Events as requests to the sidecar, one each, sent at once and in order. */
export class SidecarOutlet implements EventOutlet {
  readonly sink: RowSink;
  readonly flushMs = 0;
  readonly capacity: number;
  readonly #collection: string;
  readonly #newId: () => string;

  constructor(sink: RowSink, { collection, capacity, newId = randomUUID }: SidecarOutletOptions) {
    this.sink = sink;
    this.capacity = capacity;
    this.#collection = collection;
    this.#newId = newId;
  }

  format(parts: readonly CollectedPart[]): OutgoingRows[] {
    return parts.map((part) => {
      const traceId = this.#newId();
      return {
        // Each request is a blob of its own to the store: one that is refused keeps none of the others.
        target: { name: traceId, header: formatHeaders(sidecarHeaders(part, this.#collection, traceId)) },
        bytes: part.data,
        rows: part.rows,
      };
    });
  }
}

/**
 * What the v2 SDK's requests carry of an event, in its order: the context's own headers first, and where one has the name of an
 * SDK's header it only keeps its place.
 *
 * @throws MdcBridgeError `usage` for a name or value that no header may have.
 */
function sidecarHeaders(part: CollectedPart, collection: string, traceId: string): HeaderPairs {
  const pairs = new Map<string, readonly [string, string]>();
  const set = (name: string, value: string): void => {
    check(name, value);
    pairs.set(name.toLowerCase(), [name, value]);
  };
  for (const [key, value] of Object.entries(part.headers)) set(`ce-${key}`, String(value));
  set('Content-Type', 'application/json');
  set('trace-id', traceId);
  set('ce-time', String(part.time));
  set('ce-type', `azureml.inference.${collection}`);
  set('ce-collect-data-type', 'pandas.core.frame.DataFrame');
  set('ce-agent', AGENT);
  set('ce-x-request-id', part.correlationId);
  set('ce-model-version', 'default');
  return [...pairs.values()];
}

function check(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new MdcBridgeError(
      'usage',
      `the sidecar can't be sent the header ${JSON.stringify(name)}: ${value}`,
      {
        cause,
        remedy:
          "collections, correlation ids and the context's headers may have Latin-1 text, and no line breaks",
      },
    );
  }
}

/** As they wait in the store, beside the body. */
export function formatHeaders(pairs: HeaderPairs): Uint8Array {
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}

/** @throws SyntaxError for what `formatHeaders` has not written. */
export function parseHeaders(header: Uint8Array | undefined): HeaderPairs {
  return JSON.parse(Buffer.from(header ?? []).toString('utf8')) as HeaderPairs;
}
