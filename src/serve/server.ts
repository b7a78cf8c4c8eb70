import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StorageError, serializeError } from '../errors.js';
import { accept, refuse, refuseBytes, say } from './answers.js';
import type { Settle } from './commits.js';
import { full, Refusal } from './refusal.js';
import { RequestBodies } from './request-body.js';
import { type RequestHeaders, readRequestHeaders } from './request-headers.js';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly maxRequest: number;
  readonly maxRequests: number;
  readonly requestTimeoutMs: number;
  /** Takes one request's rows. */
  readonly log: (headers: RequestHeaders, body: Uint8Array, settle: Settle) => void;
  /** Why it is not ready; `undefined`: it is. */
  readonly unready: () => string | undefined;
  /** Prometheus text. */
  readonly metrics: () => string;
  /** Told of each answer's status. */
  readonly answered: (status: number) => void;
  /** Told of what is a fault of ours. */
  readonly onError: (error: Error) => void;
}

const LOG_PATH = '/modeldata/log';
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
/** The SDK opens a connection for each request; beyond so many a request, new ones are closed. */
const CONNECTIONS_A_REQUEST = 4;
/** Bodies that are under way have so many times the memory of one. */
const BODIES = 4;
const CHECK_MS = 1000;
const KEEP_ALIVE_MS = 65_000;

/** The sidecar's HTTP: what it listens to, answers and cuts off. Of rows it knows nothing. */
export class LogServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #bodies: RequestBodies;
  #requests = 0;
  #isDraining = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { maxRequest, maxRequests, requestTimeoutMs } = options;
    this.#bodies = new RequestBodies({ maxBytes: maxRequest, maxBytesAtOnce: BODIES * maxRequest });
    this.#server = createServer(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => this.#handle(request, response),
    );
    this.#server.maxConnections = CONNECTIONS_A_REQUEST * maxRequests;
    this.#server.on('clientError', (error, socket) => this.#refuseBytes(error, socket as Socket));
  }

  /** @throws StorageError when the port can't be had. */
  async listen(): Promise<AddressInfo> {
    const { host, port } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen({ host, port }, resolve);
    try {
      await promise;
    } catch (cause) {
      throw notListening(host, port, cause);
    }
    this.#server.off('error', reject);
    this.#server.on('error', this.#options.onError);
    return this.#server.address() as AddressInfo;
  }

  /** Takes no new connections, and ends when the requests under way are answered, or the time is up. */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), deadlineMs);
    await promise;
    clearTimeout(timer);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?', 1);
    if (path === LOG_PATH) this.#log(request, response);
    else if (path === '/healthz') say(request, response, 200, 'ok\n');
    else if (path === '/readyz') {
      const why = this.#isDraining ? 'it is ending' : this.#options.unready();
      say(request, response, why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
    } else if (path === '/metrics') say(request, response, 200, this.#options.metrics());
    else {
      const remedy = `POST rows to ${LOG_PATH}; GET /healthz, /readyz or /metrics`;
      this.#refuse(request, response, new Refusal(404, 'there is nothing at this path', { remedy }));
    }
  }

  #log(request: IncomingMessage, response: ServerResponse): void {
    const headers = this.#check(request);
    if (headers instanceof Refusal) {
      this.#refuse(request, response, headers);
      return;
    }
    this.#requests += 1;
    this.#bodies.read(request, headers.contentLength, (body) => {
      if (body === 'gone' || body instanceof Refusal) this.#settle(request, response, body);
      else this.#take(request, response, headers, body);
    });
  }

  #take(request: IncomingMessage, response: ServerResponse, headers: RequestHeaders, body: Buffer): void {
    try {
      this.#options.log(headers, body, (refusal) => this.#settle(request, response, refusal));
    } catch (error) {
      this.#options.onError(error as Error);
      const remedy = 'please report this: it is a bug of the server';
      this.#settle(request, response, new Refusal(500, 'the rows were not taken', { remedy }));
    }
  }

  #settle(request: IncomingMessage, response: ServerResponse, end: Refusal | 'gone' | undefined): void {
    this.#requests -= 1;
    if (end === undefined) this.#accept(response);
    else if (end !== 'gone') this.#refuse(request, response, end);
  }

  #check({ method, rawHeaders }: IncomingMessage): RequestHeaders | Refusal {
    if (method !== 'POST') {
      return new Refusal(405, `rows are sent by POST, not ${method}`, { remedy: 'send POST' });
    }
    const headers = readRequestHeaders(rawHeaders);
    if (headers instanceof Refusal) return headers;
    const { contentType: type, contentEncoding: encoding } = headers;
    if (type !== undefined && type !== 'application/json' && !JSON_TYPE.test(type)) {
      return new Refusal(415, `rows are JSON, not ${type.slice(0, 80)}`, { remedy: 'send application/json' });
    }
    if (encoding !== undefined && encoding !== 'identity') {
      return new Refusal(415, `a body can't be encoded by ${encoding.slice(0, 80)}`, {
        remedy: 'send it as it is',
      });
    }
    return this.#requests < this.#options.maxRequests ? headers : full('too many requests at once');
  }

  #accept(response: ServerResponse): void {
    this.#options.answered(200);
    accept(response, this.#isDraining);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    this.#options.answered(refusal.status);
    refuse(request, response, refusal, this.#isDraining);
  }

  #refuseBytes(error: Error, socket: Socket): void {
    const status = refuseBytes(error, socket);
    if (status !== undefined) this.#options.answered(status);
  }
}

function notListening(host: string, port: number, cause: unknown): StorageError {
  const { code = 'EUNKNOWN' } = cause as NodeJS.ErrnoException;
  return new StorageError(
    code,
    `can't listen on ${host}:${port}: ${serializeError(cause).message.split('\n')[0]}`,
    {
      cause,
      remedy: 'end what listens there, or give another --port',
    },
  );
}
