import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PayloadLogger, payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { inStorage } from '../events/events.js';
import { bodyOf, listening, rawExchange, recordedIn, settled } from './payload-server.js';

/** What a handler does, step by step. */
type Step =
  | { readonly do: 'write' | 'pipe'; readonly chunk: string; readonly as: 'text' | 'bytes' | 'hex' }
  | { readonly do: 'read' | 'tick' | 'flush' | 'throw' | 'destroy' | 'trailers' | 'processing' }
  | { readonly do: 'header'; readonly value: string };

interface Script {
  readonly status: number;
  readonly head: 'implicit' | 'object' | 'array';
  readonly steps: readonly Step[];
  readonly last: 'end' | 'end-chunk' | 'never';
}

const chunk = fc.string({ unit: 'binary', maxLength: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('write', 'pipe'),
      chunk,
      as: fc.constantFrom('text', 'bytes', 'hex'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('read', 'tick', 'flush', 'trailers', 'processing') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('throw', 'destroy') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('header'), value: fc.constantFrom('a', 'b') }) },
) as fc.Arbitrary<Step>;
const script: fc.Arbitrary<Script> = fc.record({
  status: fc.constantFrom(200, 204, 304, 404, 500),
  head: fc.constantFrom('implicit', 'object', 'array'),
  steps: fc.array(step, { maxLength: 8 }),
  last: fc.constantFrom('end', 'end', 'end-chunk', 'never'),
});

/** A handler of this script; everything it is told by the calls it makes goes to `trace`. */
function handlerOf({ status, head, steps, last }: Script, trace: unknown[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', (error) => trace.push(error.message));
    request.on('error', () => undefined);
    try {
      if (head === 'implicit') response.statusCode = status;
      else response.writeHead(status, head === 'object' ? { 'x-h': 'o' } : ['x-h', 'a']);
      for (const one of steps) trace.push(await perform(one, request, response));
      if (last === 'end') trace.push(response.end() === response);
      if (last === 'end-chunk') trace.push(response.end('last') === response);
      if (last === 'never') response.destroy();
    } catch (error) {
      trace.push((error as Error).message);
      response.destroy();
    }
  };
}

async function perform(step: Step, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  switch (step.do) {
    case 'write':
      return write(step, response);
    case 'pipe':
      Readable.from([Buffer.from(step.chunk)]).pipe(response, { end: false });
      return await new Promise((resolve) => setImmediate(resolve));
    case 'read':
      return await readAll(request);
    case 'tick':
      return await new Promise((resolve) => setImmediate(resolve));
    case 'flush':
      return response.flushHeaders();
    case 'header':
      return response.setHeader('x-set', step.value) === response;
    case 'trailers':
      return response.addTrailers({ 'x-t': '1' });
    case 'processing':
      return response.writeProcessing();
    case 'throw':
      throw new Error('thrown');
    case 'destroy':
      return response.destroy() === response;
  }
}

function write({ chunk: text, as }: Extract<Step, { chunk: string }>, response: ServerResponse): boolean {
  if (as === 'bytes') return response.write(Buffer.from(text));
  return as === 'hex' ? response.write(Buffer.from(text).toString('hex'), 'hex') : response.write(text);
}

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD'),
  version: fc.constantFrom('1.1', '1.0'),
  body: fc.option(fc.string({ maxLength: 30 }), { nil: undefined }),
  isChunked: fc.boolean(),
});

type Asked = typeof request extends fc.Arbitrary<infer R> ? R : never;

function bytesOf({ method, version, body, isChunked }: Asked): Buffer {
  const head = `${method} / HTTP/${version}\r\nHost: x\r\nConnection: close\r\n`;
  if (body === undefined) return Buffer.from(`${head}\r\n`);
  const { length } = Buffer.from(body);
  if (!isChunked || version === '1.0') return Buffer.from(`${head}Content-Length: ${length}\r\n\r\n${body}`);
  const chunk = length === 0 ? '' : `${length.toString(16)}\r\n${body}\r\n`;
  return Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);
}

/** What was read is told, too. */
async function readAll(request: IncomingMessage): Promise<unknown> {
  if (request.readableEnded) return 'ended';
  try {
    return (await bodyOf(request)).toString();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

interface Servers {
  readonly log: PayloadLogger;
  readonly folder: string;
  /** One without the logger, and one with it. */
  readonly ports: readonly [number, number];
  /** What both do from now on. */
  readonly serve: (handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>) => void;
  /** When the last handler has come to its end. */
  readonly handled: () => Promise<void>;
}

async function servers(): Promise<Servers> {
  const folder = await temporaryFolder();
  const log = payloadLogger({ ...inStorage(folder), maxBodyBytes: 50 });
  let current: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => undefined;
  let done = Promise.resolve();
  const handler = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    done = current(request, response);
    return done;
  };
  const ports = [
    await listening(createServer(handler)),
    await listening(createServer(log(handler))),
  ] as const;
  return {
    ...{ log, folder, ports },
    serve: (next) => {
      current = next;
    },
    handled: () => done,
  };
}

it('a response has the same bytes, and a handler is told the same, with the logger and without, whatever it does', async () => {
  const { log, folder, ports, serve, handled } = await servers();
  let exchanges = 0;
  await fc.assert(
    fc.asyncProperty(script, request, async (steps, asked) => {
      const runs = [];
      for (const port of ports) {
        const trace: unknown[] = [];
        serve(handlerOf(steps, trace));
        const answer = await rawExchange(port, bytesOf(asked));
        await handled();
        runs.push({ answer, trace: [...trace] });
      }
      await settled(log);
      exchanges += 1;
      expect(runs[1]).toEqual(runs[0]);
    }),
    { numRuns: 300 },
  );
  await log.close();
  const { request: requests, response } = recordedIn(folder);
  expect([requests.length, response.length]).toEqual([exchanges, exchanges]);
  expect(log.stats()).toMatchObject({
    bytesHeld: 0,
    open: 0,
    response: { dropped: { invalid: 0, full: 0 } },
  });
});

it('every exchange is recorded, and the server serves on, wherever the client leaves', async () => {
  const { log, folder, ports, serve } = await servers();
  const [, port] = ports;
  let exchanges = 0;
  await fc.assert(
    fc.asyncProperty(script, request, fc.nat(3), async (steps, asked, turns) => {
      serve(async (...given) => {
        exchanges += 1;
        await handlerOf(steps, [])(...given);
      });
      const bytes = bytesOf(asked);
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).on('data', () => undefined);
      socket.write(bytes.subarray(0, bytes.length - 1));
      for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    }),
    { numRuns: 200 },
  );
  // Of those that left, some may come to their handler only now.
  serve(async (_request, response) => {
    exchanges += 1;
    response.end('served');
  });
  expect(await rawExchange(port, 'GET / HTTP/1.0\r\n\r\n')).toContain('served');
  await settled(log);
  await log.close();
  const { request: requests, response } = recordedIn(folder);
  expect([requests.length, response.length]).toEqual([exchanges, exchanges]);
  expect(log.stats()).toMatchObject({ bytesHeld: 0, response: { dropped: { invalid: 0, full: 0 } } });
});
