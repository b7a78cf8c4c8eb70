import { randomUUID } from 'node:crypto';

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
