import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type PayloadLogger, payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import type { PayloadPlaceOptions } from '../../../src/collect/payload/payload-options.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { inStorage } from '../events/events.js';

export type PayloadEvent = Readonly<Record<string, unknown>>;
export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** All that is below a folder: each collection's events, in the order in which exchanges ended, and the files' names. */
export interface Recorded {
  readonly request: PayloadEvent[];
  readonly response: PayloadEvent[];
  readonly files: string[];
}

export interface LoggedServer {
  readonly log: PayloadLogger;
  readonly folder: string;
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** What `onError` was told. */
  readonly errors: Error[];
  /** When the log is closed. */
  recorded(): Promise<Recorded>;
}

/** A server whose exchanges are recorded in a folder of their own, for endpoint `ep`, deployment `blue`. */
export async function loggedServer(
  handler: Handler,
  options: Partial<PayloadPlaceOptions> = {},
): Promise<LoggedServer> {
  const folder = await temporaryFolder();
  const errors: Error[] = [];
  const log = payloadLogger({ ...inStorage(folder), onError: (error) => errors.push(error), ...options });
  const server = createServer(log(handler));
  const port = await listening(server);
  return {
    ...{ log, folder, server, port, errors },
    url: `http://127.0.0.1:${port}`,
    recorded: async () => {
      await log.close();
      return recordedIn(folder);
    },
  };
}

/** @returns the port. */
export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export function recordedIn(folder: string): Recorded {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const of = (collection: string): PayloadEvent[] =>
    files
      .filter((name) => name.includes(`${collection}/`) && name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
      .map((line) => JSON.parse(line) as PayloadEvent);
  return { request: of('request'), response: of('response'), files };
}

/** What a server answers to these bytes, until it closes the connection: byte for byte, dates aside. */
export async function rawExchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return answer.replace(/^Date: .*$/gm, 'Date: then');
}

/** Returns when nothing is under way any more. */
export async function settled(log: PayloadLogger): Promise<void> {
  while (log.stats().open > 0) await new Promise((resolve) => setImmediate(resolve));
}

/** The whole of a request's body. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
