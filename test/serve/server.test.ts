import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Answer, eventsIn, sdkHeaders, send, startSidecar } from './sidecars.js';

const ROW = '[{"a":1}]';

/** Bytes as they are, and all that comes back until the server closes, or for so long. */
async function talk(url: string, bytes: string, ms = 5000): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([closed, sleep(ms)]);
  socket.destroy();
  return heard;
}

function head(length: number | 'chunked', more = ''): string {
  const headers = Object.entries(sdkHeaders()).map(([name, value]) => `${name}: ${value}\r\n`);
  const body = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  return `POST /modeldata/log HTTP/1.1\r\nHost: x\r\n${headers.join('')}${more}${body}\r\n\r\n`;
}

function reasonOf({ body }: Answer): string {
  const { error, remedy } = JSON.parse(body) as { error: string; remedy: string };
  expect(remedy).not.toBe('');
  return error;
}

describe('the answer', () => {
  it('is 200 without a body for rows, on loopback unless told otherwise', async () => {
    const { server } = await startSidecar();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await send(server.url, { body: ROW })).toMatchObject({ status: 200, body: '' });
    const all = await startSidecar({ host: '::' });
    expect(all.server.url).toMatch(/^http:\/\/\[::\]:\d+$/);
  });

  it('is 200 for rows in chunks, of another JSON type, and without a type', async () => {
    const { server } = await startSidecar();
    const chunked = `${head('chunked')}4\r\n[{"a\r\n5\r\n":1}]\r\n0\r\n\r\n`;
    expect(await talk(server.url, chunked, 300)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    for (const type of ['application/json; charset=utf-8', 'application/cloudevents+json']) {
      expect(await send(server.url, { body: ROW, headers: { 'Content-Type': type } })).toMatchObject({
        status: 200,
      });
    }
  });

  it.each([
    ['another path', { path: '/modeldata' }, 404, 'nothing at this path'],
    ['another method', { method: 'PUT' }, 405, 'rows are sent by POST, not PUT'],
    ['no JSON', { headers: { 'Content-Type': 'text/csv' } }, 415, 'rows are JSON, not text/csv'],
    ['a coded body', { headers: { 'Content-Encoding': 'gzip' } }, 415, "can't be encoded by gzip"],
    ['no rows', { body: '{"a":1}' }, 400, 'it is no array'],
    ['an empty body', { body: '' }, 400, 'it is no array'],
    [
      'another type of event',
      { headers: { 'ce-type': 'com.example' } },
      400,
      'the header ce-type can\'t be "com.example"',
    ],
    ['no time', { headers: { 'ce-time': 'yesterday' } }, 400, 'the header ce-time can\'t be "yesterday"'],
    ['milliseconds', { headers: { 'ce-time': '1795307770000' } }, 400, 'the header ce-time'],
    [
      "no folder's name",
      { headers: { 'ce-type': 'azureml.inference.../x' } },
      400,
      'no collection can be called',
    ],
  ])('is a reason in JSON for %s', async (_what, sent, status, why) => {
    const sidecar = await startSidecar();
    const answer = await send(sidecar.server.url, { body: ROW, ...sent });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(reasonOf(answer)).toContain(why);
    await sidecar.server.close();
    expect({ ...sidecar.legacy(), ...sidecar.events() }).toEqual({});
  });

  it('names the method that is right', async () => {
    const { server } = await startSidecar();
    expect((await send(server.url, { method: 'GET' })).headers['allow']).toBe('POST');
    expect((await send(server.url, { method: 'DELETE', path: '/metrics' })).headers['allow']).toBe(
      'GET, HEAD',
    );
  });

  it('is 400 for what is no HTTP, and 431 for too long headers', async () => {
    const { server } = await startSidecar();
    expect(await talk(server.url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*application\/json/s);
    const long = head(9, `x-long: ${'x'.repeat(20_000)}\r\n`);
    expect(await talk(server.url, long)).toMatch(/^HTTP\/1\.1 431 .*\{"error"/s);
    expect(await send(server.url, { body: ROW })).toMatchObject({ status: 200 });
  });
});

describe('a request over the limit', () => {
  it('is refused by its length alone, and cut off', async () => {
    const { server } = await startSidecar({ maxRequest: 1000 });
    const heard = await talk(server.url, `${head(1001)}[`);
    expect(heard).toMatch(/^HTTP\/1\.1 413 .*Connection: close.*"a request may have 1000 bytes"/s);
    expect(await talk(server.url, head(1000) + ROW.padEnd(1000), 300)).toMatch(/^HTTP\/1\.1 200/);
  });

  it('is cut off where it passes it, if it does not tell its length', async () => {
    const { server } = await startSidecar({ maxRequest: 1000 });
    const chunk = `3e8\r\n${' '.repeat(1000)}\r\n`;
    expect(await talk(server.url, `${head('chunked')}${chunk}${chunk}`)).toMatch(/^HTTP\/1\.1 413 /);
  });
});

it('a slow sender times out', async () => {
  const { server } = await startSidecar({ requestTimeoutMs: 200 });
  expect(await talk(server.url, `${head(9)}[{`)).toMatch(/^HTTP\/1\.1 408 .*\{"error"/s);
  expect(await talk(server.url, 'POST /modeldata/log HTTP/1.1\r\nHost')).toMatch(/^HTTP\/1\.1 408 /);
});

it('more requests at once than may be are answered 503 with Retry-After', async () => {
  const { server } = await startSidecar({ maxRequests: 2 });
  const slow = [1, 2].map(() => talk(server.url, `${head(9)}[{`, 1000));
  await sleep(100);
  const third = await send(server.url, { body: ROW });
  expect(third).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(reasonOf(third)).toBe('too many requests at once');
  await Promise.all(slow);
  await sleep(50);
  expect(await send(server.url, { body: ROW })).toMatchObject({ status: 200 });
});

describe.each(['disk', 'memory'] as const)('with rows kept in %s', (durability) => {
  it('a full server answers 503 with Retry-After, takes nothing on either side, and the same rows later as if for the first time', async () => {
    const folder = await temporaryFolder();
    // Neither tree can be made.
    for (const tree of ['modeldata', 'v2']) writeFileSync(join(folder, tree), '');
    const { server, legacy, events } = await startSidecar(
      { durability, maxWaiting: 10_000, shutdownMs: 5000 },
      folder,
    );
    const ids: string[] = [];
    let answer: Answer;
    for (;;) {
      const id = `id-${ids.length}`;
      answer = await send(server.url, {
        body: `[{"x":"${'x'.repeat(900)}"}]`,
        headers: { 'ce-x-request-id': id },
      });
      if (answer.status !== 200) break;
      ids.push(id);
    }
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(reasonOf(answer)).toBe('there is no room for the rows');
    expect(ids.length).toBeGreaterThan(3);
    const metrics = await send(server.url, { method: 'GET', path: '/metrics' });
    expect(metrics.body).toContain(
      'rows_dropped_total{collection="model_inputs",side="v2",reason="full"} 1\n',
    );
    expect(metrics.body).toContain(
      `rows_accepted_total{collection="model_inputs",side="legacy"} ${ids.length}\n`,
    );

    for (const tree of ['modeldata', 'v2']) rmSync(join(folder, tree));
    for (let status = 503; status === 503; await sleep(50)) {
      const body = `[{"x":"${'x'.repeat(900)}"}]`;
      ({ status } = await send(server.url, { body, headers: { 'ce-x-request-id': `id-${ids.length}` } }));
    }
    await server.close();
    const written = eventsIn(events()).map(({ event }) => event.correlationid);
    expect(written.sort()).toEqual([...ids, `id-${ids.length}`].sort());
    expect(Object.values(legacy()).join('').split('\n')).toHaveLength(ids.length + 3);
  });
});

it('where the spool’s disk takes nothing, rows are refused, and forgotten: the sender sends them again', async () => {
  const folder = await temporaryFolder();
  const sidecar = await startSidecar({}, folder);
  // The spool's folder is made by the first rows.
  writeFileSync(join(folder, 'spool'), '');
  const answer = await send(sidecar.server.url, { body: '[{"a":1},{"a":2}]' });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(reasonOf(answer)).toBe("the spool's disk takes nothing");
  const { body } = await send(sidecar.server.url, { method: 'GET', path: '/metrics' });
  for (const side of ['legacy', 'v2']) {
    expect(body).toContain(`rows_accepted_total{collection="model_inputs",side="${side}"} 0\n`);
    expect(body).toContain(`rows_dropped_total{collection="model_inputs",side="${side}",reason="full"} 2\n`);
    expect(body).toContain(`bytes_buffered{collection="model_inputs",side="${side}"} 0\n`);
  }
  rmSync(join(folder, 'spool'));
  expect(await send(sidecar.server.url, { body: '[{"a":1},{"a":2}]' })).toMatchObject({ status: 200 });
  await sidecar.server.close();
  const events = eventsIn(sidecar.events()).map(({ event }) => [event.correlationid, event.data]);
  expect(events).toEqual([['id-1', [{ a: 1 }, { a: 2 }]]]);
  expect(Object.values(sidecar.legacy()).join('').trimEnd().split('\n')).toHaveLength(3);
  expect(sidecar.errors.length).toBeGreaterThan(0);
});

it('rows that could never be taken are refused for good', async () => {
  const { server } = await startSidecar({ maxWaiting: 500 });
  const answer = await send(server.url, { body: `[{"x":"${'x'.repeat(900)}"}]` });
  expect([answer.status, reasonOf(answer)]).toEqual([413, 'the rows need more than may wait at all']);
});

describe('at its end, the server', () => {
  it('answers what is under way, takes nothing more, and writes what waits', async () => {
    const sidecar = await startSidecar({ flushMs: 60_000 });
    const { server } = sidecar;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.write(`${head(9)}[{"a"`);
    await sleep(50);
    const closed = server.close();
    await sleep(50);
    await expect(send(server.url, { body: ROW })).rejects.toThrow('ECONNREFUSED');
    socket.write(':1}]');
    expect(await closed).toEqual({
      kind: 'mdc-bridge serve',
      version: 1,
      rows: { accepted: 2, written: 2, lost: 0 },
      bytesLeft: 0,
    });
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close/);
    expect(eventsIn(sidecar.events())).toHaveLength(1);
  });

  it('leaves what the storage does not take to the next start', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'v2'), '');
    const first = await startSidecar({ shutdownMs: 300, stage: 'v2' }, folder);
    await send(first.server.url, { body: ROW });
    const { rows, bytesLeft } = await first.server.close();
    expect(rows).toEqual({ accepted: 1, written: 0, lost: 0 });
    expect(bytesLeft).toBeGreaterThan(300);
    rmSync(join(folder, 'v2'));
    const second = await startSidecar({ stage: 'v2' }, folder);
    expect((await second.server.close()).rows).toEqual({ accepted: 0, written: 1, lost: 0 });
    expect(eventsIn(second.events())).toHaveLength(1);
    expect(readdirSync(join(folder, 'spool'))).toEqual([]);
  });

  it('says how many rows are lost that were in memory alone', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'v2'), '');
    const { server } = await startSidecar({ shutdownMs: 100, stage: 'v2', durability: 'memory' }, folder);
    await send(server.url, { body: '[{"a":1},{"a":2}]' });
    expect((await server.close()).rows).toEqual({ accepted: 2, written: 0, lost: 2 });
    expect(existsSync(join(folder, 'spool'))).toBe(false);
  });
});

it('a port that is taken is said', async () => {
  const { server } = await startSidecar();
  const port = Number(new URL(server.url).port);
  await expect(startSidecar({ port })).rejects.toMatchObject({ code: 'storage', reason: 'EADDRINUSE' });
});

describe('/healthz, /readyz and /metrics', () => {
  it('say that it lives, that it can take rows, and what it has done', async () => {
    const { server } = await startSidecar({ flushMs: 60_000 });
    await send(server.url, { body: '[{"a":1},{"a":2}]' });
    await send(server.url, { body: '[' });
    const get = (path: string): Promise<Answer> => send(server.url, { method: 'GET', path });
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ok\n' });
    const { body, headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const side of ['legacy', 'v2']) {
      expect(body).toContain(
        `mdc_bridge_serve_rows_accepted_total{collection="model_inputs",side="${side}"} 2\n`,
      );
      expect(body).toContain(
        `mdc_bridge_serve_rows_written_total{collection="model_inputs",side="${side}"} 0\n`,
      );
      expect(body).toMatch(new RegExp(`bytes_buffered\\{collection="model_inputs",side="${side}"\\} [1-9]`));
      expect(body).toMatch(
        new RegExp(`flush_lag_seconds\\{collection="model_inputs",side="${side}"\\} 0\\.\\d*[1-9]`),
      );
    }
    expect(body).toContain('mdc_bridge_serve_requests_total{code="200"} 1\n');
    expect(body).toContain('mdc_bridge_serve_requests_total{code="400"} 1\n');
    expectPrometheus(body);
  });

  it('say that it can take no rows where there is no room', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'v2'), '');
    const { server } = await startSidecar({ stage: 'v2', maxWaiting: 4500, shutdownMs: 100 }, folder);
    await send(server.url, { body: `[{"x":"${'x'.repeat(900)}"}]` });
    const { status, body } = await send(server.url, { method: 'GET', path: '/readyz' });
    expect([status, body]).toEqual([503, expect.stringContaining('no room for rows')]);
  });

  it('count rows as written when they are, and none as waiting then', async () => {
    const { server } = await startSidecar({ stage: 'v2' });
    await send(server.url, { body: ROW });
    let body = '';
    for (
      let i = 0;
      i < 100 && !body.includes('written_total{collection="model_inputs",side="v2"} 1\n');
      i += 1
    ) {
      await sleep(20);
      ({ body } = await send(server.url, { method: 'GET', path: '/metrics' }));
    }
    expect(body).toContain('rows_written_total{collection="model_inputs",side="v2"} 1\n');
    expect(body).toContain('bytes_buffered{collection="model_inputs",side="v2"} 0\n');
    expect(body).toContain('flush_lag_seconds{collection="model_inputs",side="v2"} 0\n');
  });
});

/** The text format: a name's help and type once, in front of its values. */
function expectPrometheus(text: string): void {
  const types = new Map<string, string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, name = '', type = ''] = /^# TYPE (\S+) (counter|gauge)$/.exec(line) ?? [];
    if (name !== '') {
      expect(types.has(name)).toBe(false);
      types.set(name, type);
    } else if (!line.startsWith('# HELP ')) {
      const [, value = ''] = /^([a-z_]+)\{(?:[a-z]+="[^"]*",?)+\} [\d.e+-]+$/.exec(line) ?? [];
      expect(types.has(value), line).toBe(true);
    }
  }
}
