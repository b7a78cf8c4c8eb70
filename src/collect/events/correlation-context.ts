import { randomUUID } from 'node:crypto';
import { MdcBridgeError } from '../../errors.js';

/** What ties the collections of one request together, by the v2 SDK's names. */
export interface CorrelationContext {
  getId(): string;
  /** Unix seconds. */
  getTimestamp(): number;
  getHeaders(): Readonly<Record<string, string>>;
}

/** The SDK's `BasicCorrelationContext`: what is left out, or empty, is a new id, now, and no headers. */
export class BasicCorrelationContext implements CorrelationContext {
  readonly id: string;
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(id?: string, timestamp?: number, headers?: Readonly<Record<string, string>>) {
    this.id = id === undefined || id === '' ? randomUUID() : id;
    this.timestamp = timestamp === undefined || timestamp === 0 ? Math.floor(Date.now() / 1000) : timestamp;
    this.headers = headers ?? {};
  }

  getId(): string {
    return this.id;
  }

  getTimestamp(): number {
    return this.timestamp;
  }

  getHeaders(): Readonly<Record<string, string>> {
    return this.headers;
  }

  toString(): string {
    return this.id;
  }
}

/** @throws MdcBridgeError `usage` for what is no context, or has no id. */
export function idOf(context: CorrelationContext): string {
  for (const method of ['getId', 'getTimestamp', 'getHeaders'] as const) {
    if (typeof context[method] !== 'function') throw noContext(`it has no ${method}()`);
  }
  const id: unknown = context.getId();
  if (typeof id === 'string') return id;
  throw noContext(`its id is ${id === null ? 'null' : `a ${typeof id}`}`);
}

/** @throws MdcBridgeError `usage` for headers that are none. */
export function headersOf(context: CorrelationContext): Readonly<Record<string, string>> {
  const headers: unknown = context.getHeaders();
  if (typeof headers === 'object' && headers !== null) return headers as Readonly<Record<string, string>>;
  throw noContext(`its headers are ${headers === null ? 'null' : `a ${typeof headers}`}`);
}

function noContext(why: string): MdcBridgeError {
  return new MdcBridgeError('usage', `this is no context: ${why}`, {
    remedy: "give what another collector's collect returned, or new BasicCorrelationContext(id)",
  });
}
