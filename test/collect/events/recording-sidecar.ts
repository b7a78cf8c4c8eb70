import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RecordedRequest {
  readonly requestLine: string;
  /** As they came, in order and case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** How one request is answered; `hang` never is, `close` loses the connection. */
export type Answering =
  | number
  | 'hang'
  | 'close'
  | { readonly status: number; readonly headers: Record<string, string> };

/** A server on this machine that keeps what it is sent. */
export class RecordingSidecar {
  readonly requests: RecordedRequest[] = [];
  /** Of the next requests, in order; then 200. */
  readonly answers: Answering[] = [];
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));
  connections = 0;
  port = 0;

  static async start(port = 0): Promise<RecordingSidecar> {
    const sidecar = new RecordingSidecar();
    sidecar.#server.on('connection', () => {
      sidecar.connections += 1;
    });
    sidecar.#server.listen(port, '127.0.0.1');
    await once(sidecar.#server, 'listening');
    sidecar.port = (sidecar.#server.address() as AddressInfo).port;
    onTestFinished(() => sidecar.stop());
    return sidecar;
  }

  get environment(): Record<string, string> {
    return { AZUREML_MDC_ENABLED: 'true', AZUREML_MDC_PORT: String(this.port) };
  }

  get bodies(): string[] {
    return this.requests.map(({ body }) => body);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const raw = request.rawHeaders;
    this.requests.push({
      requestLine: `${request.method} ${request.url} HTTP/${request.httpVersion}`,
      headers: raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : [])),
      body: Buffer.concat(chunks).toString('utf8'),
    });
    const answer = this.answers.shift() ?? 200;
    if (answer === 'hang') return;
    if (answer === 'close') request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end(answer === 200 ? '' : `e${answer}`);
    else response.writeHead(answer.status, answer.headers).end();
  }
}
