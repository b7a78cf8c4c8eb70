import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Azurite } from './azurite.js';
import { randomFrom } from './random.js';

/** What can become of a request. `lost`: it is executed, and its answer cut off. */
export const FAULTS = ['429', '500', '503', 'reset', 'truncated', 'stall', 'lost'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  /** Decides which requests, in the order of their arrival, meet what. */
  readonly seed: number;
  /** The share of requests that meet a fault, from 0 to 1. */
  readonly share: number;
  /** A stall ends with a reset after so long, unless the client has given up before; an hour unless told. */
  readonly stallMs?: number;
  /** The faults there are; all unless told. */
  readonly faults?: readonly Fault[];
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const CODES: Readonly<Record<string, string>> = {
  '429': 'TooManyRequests',
  '500': 'InternalError',
  '503': 'ServerBusy',
};

/**
 * Stands before an emulator on a loopback port of its own and spoils some of the requests. A shared key signs neither host nor
 * port, so what a client signs for this proxy holds behind it.
 */
export class FaultProxy {
  readonly endpoint: string;
  readonly connectionString: string;
  /** What has been done to requests so far. */
  readonly counts: Record<Fault, number> = zeroes();
  /** Requests so far. */
  requests = 0;
  /** May be changed at any time. */
  share: number;
  /** Every request after so many fails. */
  failsAfter: number = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #target: URL;
  readonly #options: FaultOptions;
  readonly #random: () => number;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, azurite: Azurite, options: FaultOptions) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.endpoint = azurite.endpoint.replace(/:\d+\//, `:${address.port}/`);
    this.connectionString = azurite.connectionString.replace(azurite.endpoint, this.endpoint);
    this.share = options.share;
    this.#server = server;
    this.#target = new URL(azurite.endpoint);
    this.#options = options;
    this.#random = randomFrom(options.seed);
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // Of sockets that are cut on purpose.
      socket.on('error', () => undefined);
    });
    server.on('request', (asked, answering) => void this.#handle(asked, answering));
  }

  static async start(azurite: Azurite, options: FaultOptions): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, azurite, options);
  }

  get faults(): number {
    return Object.values(this.counts).reduce((sum, n) => sum + n, 0);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #handle(asked: IncomingMessage, answering: ServerResponse): Promise<void> {
    this.requests += 1;
    const fault = this.#draw();
    try {
      if (fault === 'reset') return this.#count(fault, () => asked.socket.resetAndDestroy());
      const body = await readAll(asked);
      if (fault === 'stall') return this.#count(fault, () => this.#stall(asked.socket));
      if (fault === '429' || fault === '500' || fault === '503')
        return this.#count(fault, () => this.#refuse(asked, answering, fault));
      const answer = await this.#forward(asked, body);
      // Of an answer without a body, what can be cut off is the answer.
      const isCut = fault === 'truncated' && asked.method === 'GET' && answer.body.length > 1;
      if (isCut) return this.#count('truncated', () => sendHalf(answering, answer));
      if (fault !== undefined) return this.#count('lost', () => asked.socket.resetAndDestroy());
      answering.writeHead(answer.status, [...answer.headers]).end(answer.body);
    } catch {
      // Either side went away.
      asked.socket.destroy();
    }
  }

  #draw(): Fault | undefined {
    const { faults = FAULTS } = this.#options;
    const share = this.requests > this.failsAfter ? 1 : this.share;
    const [hit, kind] = [this.#random(), this.#random()];
    return hit < share ? faults[Math.floor(kind * faults.length)] : undefined;
  }

  #count(fault: Fault, act: () => void): void {
    this.counts[fault] += 1;
    act();
  }

  #stall(socket: Socket): void {
    const { stallMs = 3_600_000 } = this.#options;
    const timer = setTimeout(() => socket.resetAndDestroy(), stallMs);
    socket.once('close', () => clearTimeout(timer));
  }

  #refuse(asked: IncomingMessage, answering: ServerResponse, status: '429' | '500' | '503'): void {
    const code = CODES[status] ?? '';
    const wait = status === '500' ? {} : { 'retry-after': this.#random() < 0.5 ? '0' : '1' };
    answering.writeHead(Number(status), {
      'x-ms-error-code': code,
      'content-type': 'application/xml',
      ...wait,
    });
    answering.end(
      asked.method === 'HEAD'
        ? ''
        : `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`,
    );
  }

  async #forward(asked: IncomingMessage, body: Buffer): Promise<Answer> {
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = asked;
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      const forwarded = request({ hostname, port, method, path, headers, agent: false }, resolve);
      forwarded.once('error', reject);
      forwarded.end(body);
    });
    return {
      status: answered.statusCode ?? 502,
      headers: answered.rawHeaders.filter((_, i, all) => !isOfHop(all[i - (i % 2)] ?? '')),
      body: await readAll(answered),
    };
  }
}

/** They are said anew for each connection. */
function isOfHop(name: string): boolean {
  return /^(?:connection|keep-alive|transfer-encoding)$/i.test(name);
}

function sendHalf(answering: ServerResponse, { status, headers, body }: Answer): void {
  const others = headers.filter((_, i, all) => !/^content-length$/i.test(all[i - (i % 2)] ?? ''));
  answering.writeHead(status, [...others, 'content-length', String(body.length)]);
  answering.write(body.subarray(0, body.length / 2), () => answering.socket?.destroySoon());
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function zeroes(): Record<Fault, number> {
  return { '429': 0, '500': 0, '503': 0, reset: 0, truncated: 0, stall: 0, lost: 0 };
}
