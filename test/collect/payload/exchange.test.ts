import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it, vi } from 'vitest';
import { payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { inStorage } from '../events/events.js';
import {
  bodyOf,
  type Handler,
  listening,
  loggedServer,
  rawExchange,
  recordedIn,
  settled,
} from './payload-server.js';

const POST = 'POST /score HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';

describe('a request’s body is recorded as the handler reads it', () => {
  it.each<[string, (request: Parameters<Handler>[0]) => Promise<unknown>]>([
    [
      'by its events',
      (request) =>
        once(
          request.on('data', () => undefined),
          'end',
        ),
    ],
    ['by iterating', bodyOf],
    [
      'with an encoding',
      (request) =>
        once(
          request.setEncoding('utf8').on('data', () => undefined),
          'end',
        ),
    ],
    [
      'by read()',
      (request) =>
        once(
          request.on('readable', () => {
            while (request.read(2) !== null);
          }),
          'end',
        ),
    ],
    ['through a pipe', (request) => finished(request.pipe(new PassThrough()).resume())],
    [
      'through a pipeline',
      (request) => finished(pipeline(request, new PassThrough(), () => undefined).resume()),
    ],
    ['as a web stream', (request) => new Response(Readable.toWeb(request) as never).text()],
  ])('%s', async (_, read) => {
    const { url, recorded } = await loggedServer(async (request, response) => {
      await read(request);
      response.end();
    });
    const headers = { 'content-type': 'application/json' };
    await (await fetch(url, { method: 'POST', body: '{"a":"é"}', headers })).text();
    const { request } = await recorded();
    expect(request[0]).toMatchObject({ data: { a: 'é' }, contentrange: 'bytes 0-9/10' });
    expect(request[0]).not.toHaveProperty('incomplete');
  });

  it.each([
    ['of a known length', 'Content-Length: 5\r\n\r\nhello', 'bytes */5'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 'bytes */*'],
  ])('as unread, where the handler reads nothing: %s', async (_, rest, contentrange) => {
    const { port, recorded } = await loggedServer((_request, response) => response.end('no'));
    expect(await rawExchange(port, POST + rest)).toMatch(/^HTTP\/1.1 200 OK/);
    const { request } = await recorded();
    expect(request).toMatchObject([{ data: '', incomplete: 'unread', contentrange }]);
  });

  it('also where it is read after the answer', async () => {
    const { port, recorded, log } = await loggedServer((request, response) => {
      request.on('data', () => undefined);
      response.end('early');
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello');
    await once(socket, 'data');
    socket.write('world');
    await settled(log);
    socket.destroy();
    expect((await recorded()).request).toMatchObject([{ data: 'helloworld', contentrange: 'bytes 0-9/10' }]);
  });

  it('as aborted, where the client goes before its end; the handler’s error is its own', async () => {
    const errors: unknown[] = [];
    const { port, recorded, log } = await loggedServer((request) => {
      request
        .on('data', () => undefined)
        .on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello');
    await expect.poll(() => log.stats().bytesHeld).toBe(5);
    socket.destroy();
    await settled(log);
    expect(errors).toEqual(['ECONNRESET']);
    const { request, response } = await recorded();
    expect(request).toMatchObject([{ data: 'hello', incomplete: 'aborted', contentrange: 'bytes 0-4/10' }]);
    expect(response).toMatchObject([{ data: '', incomplete: 'aborted', contentrange: 'bytes */*' }]);
    expect(response[0]).not.toHaveProperty('status');
  });

  it('when the client waited to be told to go on', async () => {
    const { port, recorded } = await loggedServer(async (request, response) =>
      response.end(await bodyOf(request)),
    );
    const sent = send({ port, method: 'POST', headers: { expect: '100-continue', 'content-length': 2 } });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('hi');
    const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    await once(answer.resume(), 'end');
    const { request, response } = await recorded();
    expect([request[0]?.['data'], response[0]?.['data'], response[0]?.['status']]).toEqual(['hi', 'hi', 200]);
  });

  it('and no listener is added to it', async () => {
    let names: unknown[] = [];
    const { url } = await loggedServer((request, response) => {
      names = request.eventNames();
      response.end();
    });
    const bare = await listening(
      createServer((request, response) => {
        expect(request.eventNames()).toEqual(names);
        response.end();
      }),
    );
    for (const address of [url, `http://127.0.0.1:${bare}`]) {
      expect((await fetch(address, { method: 'POST', body: 'x' })).status).toBe(200);
    }
  });
});

describe('a response is recorded as it is written', () => {
  it.each<[string, (response: ServerResponse) => unknown]>([
    ['at once', (response) => response.end('abc')],
    ['in parts', (response) => [response.write('a'), response.write(Buffer.from('b')), response.end('c')]],
    ['in encodings', (response) => [response.write('6162', 'hex'), response.end('Yw==', 'base64')]],
    ['with callbacks', (response) => response.write('ab', () => response.end('c', () => undefined))],
    ['ended without more', (response) => [response.write('abc'), response.end(() => undefined)]],
    ['from a pipe', (response) => Readable.from(['ab', 'c']).pipe(response)],
    [
      'with trailers',
      (response) => [response.write('abc'), response.addTrailers({ a: 'b' }), response.end()],
    ],
    ['after news', (response) => [response.writeProcessing(), response.end('abc')]],
  ])('%s', async (_, write) => {
    const { url, recorded } = await loggedServer((_request, response) => void write(response));
    expect(await (await fetch(url)).text()).toBe('abc');
    expect((await recorded()).response).toMatchObject([
      { data: 'abc', contentrange: 'bytes 0-2/3', status: 200 },
    ]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['an object', (response) => response.writeHead(201, { 'Content-Type': 'application/json' })],
    ['with a reason', (response) => response.writeHead(201, 'Made', { 'content-type': 'application/json' })],
    ['a flat array', (response) => response.writeHead(201, ['Content-Type', 'application/json'])],
    ['pairs', (response) => response.writeHead(201, [['Content-Type', 'application/json']] as never)],
    ['set before', (response) => response.setHeader('content-type', 'application/json').writeHead(201)],
  ])('with the headers that writeHead sent: %s', async (_, head) => {
    const { url, recorded } = await loggedServer((_request, response) => {
      head(response);
      response.end('{"a":1}');
    });
    expect((await fetch(url)).headers.get('content-type')).toBe('application/json');
    expect((await recorded()).response).toMatchObject([
      { data: { a: 1 }, status: 201, datacontenttype: 'application/json' },
    ]);
  });

  it('with what was in a buffer when it was written, whatever is in it later', async () => {
    const { url, recorded } = await loggedServer((_request, response) => {
      const buffer = Buffer.from('abc');
      response.write(buffer, () => {
        buffer.fill('x');
        response.end();
      });
    });
    expect(await (await fetch(url)).text()).toBe('abc');
    expect((await recorded()).response[0]).toMatchObject({ data: 'abc' });
  });

  it('without what was refused: after its end, or of no type', async () => {
    const thrown: unknown[] = [];
    const { url, recorded } = await loggedServer((_request, response) => {
      response.on('error', () => undefined);
      try {
        response.write(7 as never);
      } catch (error) {
        thrown.push((error as NodeJS.ErrnoException).code);
      }
      response.end('abc');
      response.write('late');
      response.end('later');
    });
    expect(await (await fetch(url)).text()).toBe('abc');
    expect(thrown).toEqual(['ERR_INVALID_ARG_TYPE']);
    expect((await recorded()).response[0]).toMatchObject({ data: 'abc' });
  });

  it('and write, end and writeHead say what they always said', async () => {
    const said: unknown[] = [];
    const { url } = await loggedServer((_request, response) => {
      said.push(response.writeHead(200) === response, response.write('a'));
      said.push(response.write(Buffer.alloc(1e6)), response.end() === response);
    });
    await (await fetch(url)).arrayBuffer();
    expect(said).toEqual([true, true, false, true]);
  });

  it('as aborted, where the client goes before its end', async () => {
    const { port, recorded, log } = await loggedServer((_request, response) => void response.write('part'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await settled(log);
    expect((await recorded()).response).toMatchObject([
      { data: 'part', status: 200, incomplete: 'aborted', contentrange: 'bytes 0-3/*' },
    ]);
  });

  it('as aborted, where it waited for its turn on a connection that was lost', async () => {
    const { port, recorded, log } = await loggedServer(() => undefined);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => log.stats().open).toBe(2);
    socket.destroy();
    await settled(log);
    const { response } = await recorded();
    expect(response.map(({ path, incomplete }) => [path, incomplete])).toEqual([
      ['/1', 'aborted'],
      ['/2', 'aborted'],
    ]);
  });
});

describe('a handler that fails', () => {
  const failure = new TypeError('secret');

  it('synchronously fails as ever, and its error’s kind is recorded', async () => {
    const folder = await temporaryFolder();
    const log = payloadLogger(inStorage(folder));
    const handler = log((_request: IncomingMessage, _response: ServerResponse): void => {
      throw failure;
    });
    const server = createServer((request, response) => {
      expect(() => handler(request, response)).toThrow(failure);
      response.writeHead(500).end();
    });
    await fetch(`http://127.0.0.1:${await listening(server)}`);
    await log.close();
    const { response } = recordedIn(folder);
    expect(response).toMatchObject([{ status: 500, error: 'TypeError' }]);
    expect(JSON.stringify(response)).not.toContain('secret');
  });

  it('by its promise is rejected with the same, and nobody is told that it was handled', async () => {
    const told = vi.fn();
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', told);
    const { url, recorded } = await loggedServer(async (_request, response) => {
      setImmediate(() => response.destroy());
      throw Object.assign(failure, { code: 'EBAD' });
    });
    await expect(fetch(url)).rejects.toThrow();
    await expect.poll(() => told.mock.calls.length).toBe(1);
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
    expect(told.mock.calls[0]?.[0]).toBe(failure);
    expect((await recorded()).response).toMatchObject([{ error: 'TypeError EBAD', incomplete: 'aborted' }]);
  });

  it('in what comes next of a chain fails there', async () => {
    const log = payloadLogger(inStorage(await temporaryFolder()));
    const server = createServer((request, response) => {
      const next = () => {
        throw failure;
      };
      expect(() => log(request, response, next)).toThrow(failure);
      response.end();
    });
    await fetch(`http://127.0.0.1:${await listening(server)}`);
    await log.close();
  });
});

it('a handler has the server’s this, and the wrapped one its result', async () => {
  const log = payloadLogger(inStorage(await temporaryFolder()));
  let self: unknown;
  const handler = log(function (this: unknown, _request: IncomingMessage, response: ServerResponse) {
    self = this;
    response.end();
    return 42;
  });
  const results: unknown[] = [];
  const server = createServer(function (this: unknown, request, response) {
    results.push(Reflect.apply(handler, this, [request, response]));
  });
  await fetch(`http://127.0.0.1:${await listening(server)}`);
  expect([self, results]).toEqual([server, [42]]);
  await log.close();
});

it('what onError throws reaches no request', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const { url, log } = await loggedServer((_request, response) => response.end('x'), {
    clock: () => Number.NaN,
    onError: () => {
      throw new Error('mine');
    },
  });
  expect(await (await fetch(url)).text()).toBe('x');
  await settled(log);
  expect(log.stats().request?.dropped.invalid).toBe(1);
  expect(warn).toHaveBeenCalled();
  warn.mockRestore();
  await log.close();
});
