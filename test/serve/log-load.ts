import { Agent, request as open } from 'node:http';
import { sdkHeaders } from './sidecars.js';

const COLLECTIONS = ['model_inputs', 'model_outputs', 'signals_web'] as const;
const CLIENTS = 4;
/** One in so many requests has rows that a write of the disk may be cut in. */
const LARGE_EVERY = 40;

/** What became of a request. */
export interface LoggedCall {
  readonly id: string;
  readonly collection: string;
  readonly rows: number;
  /** `unknown`: no answer came. */
  readonly answer: number | 'unknown';
}

/** Sends calls until the server is gone: each client its next when the last is answered. */
export async function loadUntilGone(
  port: number,
  run: number,
  random: () => number,
): Promise<readonly LoggedCall[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const calls: LoggedCall[] = [];
  let count = 0;
  const client = async (): Promise<void> => {
    for (;;) {
      count += 1;
      const id = `${run}.x${count}`;
      const collection = COLLECTIONS[count % COLLECTIONS.length]!;
      const rows = count % LARGE_EVERY === 0 ? 400 : 1 + (count % 3);
      const answer = await post(port, agent, collection, id, bodyOf(id, rows, random));
      calls.push({ id, collection, rows, answer });
      if (answer === 'unknown') return;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return calls;
}

/** Each row names its call and its place. */
function bodyOf(id: string, rows: number, random: () => number): string {
  const filling = 'x'.repeat(Math.floor(random() * 300));
  const all = Array.from({ length: rows }, (_, row) => ({
    call: id,
    row: `${row + 1}/${rows}`,
    x: random(),
    filling,
  }));
  return JSON.stringify(all);
}

function post(
  port: number,
  agent: Agent,
  collection: string,
  id: string,
  body: string,
): Promise<number | 'unknown'> {
  const { promise, resolve } = Promise.withResolvers<number | 'unknown'>();
  const headers = { ...sdkHeaders(collection, id), 'Content-Length': String(Buffer.byteLength(body)) };
  const options = { host: '127.0.0.1', port, path: '/modeldata/log', method: 'POST', headers, agent };
  const request = open(options, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 'unknown'));
    response.on('error', () => resolve('unknown'));
  });
  request.on('error', () => resolve('unknown'));
  request.end(body);
  return promise;
}
