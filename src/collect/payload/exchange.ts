import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyCopy } from './body-copy.js';
import type { BodyRoom } from './body-room.js';
import type { HeaderValue } from './captured-headers.js';
import type { ExchangeId } from './exchange-id.js';
import { givenHeader } from './given-headers.js';
import { hasBody, type RequestTap } from './tap-request.js';
import type { ResponseTap } from './tap-response.js';

/** What all exchanges of a logger share. */
export interface ExchangeOptions {
  readonly maxBodyBytes: number;
  readonly room: BodyRoom;
  /** Told once, when nothing more will come. */
  readonly onOver: (exchange: Exchange) => void;
}

/** One request and its response, watched until both are over. */
export class Exchange implements RequestTap, ResponseTap {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: ExchangeId;
  /** ms since 1970. */
  readonly startedAt: number;
  requestBody: BodyCopy | undefined;
  responseBody: BodyCopy | undefined;
  emit: RequestTap['emit'];
  write: ResponseTap['write'];
  end: ResponseTap['end'];
  writeHead: ResponseTap['writeHead'];
  givenHeaders: unknown;
  /** What the handler threw, or its promise was rejected with. */
  failure: { readonly cause: unknown } | undefined;
  /** The handler has read all of the request. */
  isRead: boolean;
  readonly #options: ExchangeOptions;
  #isAnswered = false;
  #isOver = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    id: ExchangeId,
    startedAt: number,
    options: ExchangeOptions,
  ) {
    this.request = request;
    this.response = response;
    this.id = id;
    this.startedAt = startedAt;
    this.isRead = !hasBody(request);
    this.emit = request.emit;
    this.write = response.write as ResponseTap['write'];
    this.end = response.end as ResponseTap['end'];
    this.writeHead = response.writeHead as ResponseTap['writeHead'];
    this.#options = options;
  }

  /** All bytes of the response were handed to the operating system. */
  get isFinished(): boolean {
    return this.response.writableFinished;
  }

  get isEmptied(): boolean {
    return this.isFinished && !this.#hasReader();
  }

  /** A header of the response as it was sent: what `writeHead` is given is sent, and in part never seen by `getHeader`. */
  sentHeader(lowerCased: string): HeaderValue {
    return givenHeader(this.givenHeaders, lowerCased) ?? this.response.getHeader(lowerCased);
  }

  /** A stream that was given an encoding has strings. */
  readRequest(chunk: unknown): void {
    if (this.#isOver) return;
    this.requestBody ??= this.#newBody();
    addTo(this.requestBody, chunk, this.request.readableEncoding);
  }

  requestRead(): void {
    this.isRead = true;
  }

  requestOver(): void {
    if (this.#isAnswered) this.finish();
  }

  writeResponse(chunk: unknown, encoding: unknown): void {
    if (this.#isOver || chunk === undefined) return;
    this.responseBody ??= this.#newBody();
    addTo(this.responseBody, chunk, encoding);
  }

  /** A handler may answer first, and read on. */
  responseOver(): void {
    this.#isAnswered = true;
    if (this.isRead || this.request.destroyed || !this.#hasReader()) this.finish();
  }

  /** Whatever happens from now on is not looked at. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onOver(this);
  }

  #hasReader(): boolean {
    return this.request.listenerCount('data') + this.request.listenerCount('readable') > 0;
  }

  #newBody(): BodyCopy {
    return new BodyCopy(this.#options.maxBodyBytes, this.#options.room);
  }
}

function addTo(body: BodyCopy, chunk: unknown, encoding: unknown): void {
  if (typeof chunk === 'string') body.add(chunk, encoding);
  else if (chunk instanceof Uint8Array) body.add(chunk);
}
