import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodyOf, loggedServer, type PayloadEvent, recordedIn, settled } from './payload-server.js';

type Options = NonNullable<Parameters<typeof loggedServer>[1]>;

/** What an answer with this body is recorded as, and the files beside. */
async function answered(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
  options: Options = {},
): Promise<{
  readonly event: PayloadEvent;
  readonly file: (url: unknown) => Buffer;
  readonly files: string[];
}> {
  const { url, folder, recorded } = await loggedServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(body);
  }, options);
  expect(Buffer.from(await (await fetch(url, { method: 'POST' })).arrayBuffer()).length).toBeGreaterThan(0);
  const { response, files } = await recorded();
  return {
    event: response[0]!,
    file: (address) => readFileSync(fileURLToPath(String(address))),
    files: files.filter((name) => !name.endsWith('.jsonl')).map((name) => join(folder, name)),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body', () => {
  it.each([
    ['JSON', '{"a":[1,2]}', 'application/json', { a: [1, 2] }],
    ['JSON of any shape', '"x"', 'application/problem+json', 'x'],
    ['text', 'a "b"\n', 'text/plain', 'a "b"\n'],
    ['text in UTF-8', 'Grüße 😀', 'text/html; charset=UTF-8', 'Grüße 😀'],
    ['a form', 'a=1&b=2', 'application/x-www-form-urlencoded', 'a=1&b=2'],
    ['JSON lines', '{"a":1}\n{"a":2}\n', 'application/x-ndjson', '{"a":1}\n{"a":2}\n'],
  ])('that is %s stands in its event', async (_, body, type, data) => {
    const { event, files } = await answered(body, { 'content-type': type });
    const { length } = Buffer.from(body);
    expect(event).toMatchObject({
      data,
      datacontenttype: type.split(';')[0],
      contentrange: `bytes 0-${length - 1}/${length}`,
    });
    expect(files).toEqual([]);
  });

  it('that says it is JSON, and is not, is text', async () => {
    const { event } = await answered('{"a":NaN}', JSON_TYPE);
    expect(event).toMatchObject({ data: '{"a":NaN}', datacontenttype: 'text/plain' });
  });

  it('of JSON keeps every digit', async () => {
    const { url, folder, log } = await loggedServer((_request, response) => {
      response.writeHead(200, JSON_TYPE).end('[12345678901234567890, 1.10]');
    });
    await (await fetch(url)).text();
    await log.close();
    const file = recordedIn(folder).files.find((name) => name.includes('/response/'));
    expect(readFileSync(join(folder, file!), 'utf8')).toContain('"data":[12345678901234567890, 1.10],');
  });

  it.each([
    ['of another type', Buffer.from('PK\u0003\u0004'), { 'content-type': 'application/zip' }],
    ['that is no UTF-8', Buffer.of(0x61, 0xff, 0x62), { 'content-type': 'text/plain' }],
    ['in another charset', Buffer.from('é', 'utf8'), { 'content-type': 'text/plain; charset=iso-8859-1' }],
    ['that is compressed', gzipSync('{"a":1}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ['without a type, with a NUL', Buffer.from('a\0b'), {}],
  ])('%s is a raw file named by the event’s id, beside it', async (_, body, headers) => {
    const { url, folder, recorded } = await loggedServer((_request, response) => {
      response.writeHead(200, headers).end(body);
    });
    await (await fetch(url)).arrayBuffer();
    const { response, files } = await recorded();
    const { id, data, datainblob, contentrange } = response[0]!;
    const name = `ep/blue/response/2026/11/22/10/${id}`;
    expect(files).toContain(name);
    expect([datainblob, data]).toEqual(['true', new URL(`file://${join(folder, name)}`).href]);
    expect(readFileSync(join(folder, name))).toEqual(body);
    expect(contentrange).toBe(`bytes 0-${body.length - 1}/${body.length}`);
  });

  it.each([
    ['JSON', `"${'x'.repeat(4_000_000)}"`, 'application/json', '.json'],
    ['text', 'x'.repeat(4_000_001), 'text/plain', '.txt'],
    ['text that is long when it is escaped', '\u0001'.repeat(700_000), 'text/plain', '.txt'],
  ])('over 4 MB is a raw file that dataref points to: %s', async (_, body, type, ending) => {
    const { event, file, files } = await answered(body, { 'content-type': type });
    expect(event['data']).toBeUndefined();
    expect(String(event['dataref'])).toMatch(new RegExp(`/10/files/${event['id']}\\${ending}$`));
    expect(file(event['dataref']).toString()).toBe(body);
    expect(files).toEqual([fileURLToPath(String(event['dataref']))]);
  });

  it.each([
    ['application/json', `"${'x'.repeat(3_999_998)}"`],
    ['text/plain', 'x'.repeat(3_999_998)],
  ])('of just 4 MB stands in its event still: %s', async (type, body) => {
    const { event } = await answered(body, { 'content-type': type });
    expect(String(event['data']).length).toBe(3_999_998);
  });

  it('that is longer than maxBodyBytes is cut off, and says of how many bytes', async () => {
    const { url, log, recorded } = await loggedServer(
      async (request, response) => {
        await bodyOf(request);
        response.writeHead(200, JSON_TYPE);
        response.write('["ab');
        response.end('ü"]');
      },
      { maxBodyBytes: 5 },
    );
    const body = '"0123456789"';
    expect(await (await fetch(url, { method: 'POST', body, headers: JSON_TYPE })).json()).toEqual(['abü']);
    const { request, response } = await recorded();
    expect(request[0]).toMatchObject({ data: '"0123', incomplete: 'cut', contentrange: 'bytes 0-4/12' });
    // Half of a character is none.
    expect(response[0]).toMatchObject({ data: '["ab', incomplete: 'cut', contentrange: 'bytes 0-3/8' });
    expect(log.stats().response?.incomplete).toMatchObject({ cut: 1, aborted: 0 });
  });

  it('is cut off where all that are under way hold as much as they may, and the room comes back', async () => {
    const { url, log, recorded } = await loggedServer(
      (request, response) => response.end(request.url === '/long' ? 'x'.repeat(3000) : 'short'),
      { maxBufferedBytes: 2500 },
    );
    for (const path of ['/long', '/b']) await (await fetch(url + path)).text();
    await settled(log);
    expect(log.stats().bytesHeld).toBe(0);
    expect(log.stats().response?.incomplete.cut).toBe(1);
    const { response } = await recorded();
    expect(response.at(-1)).toMatchObject({ data: 'short' });
  });

  it('whose raw file finds no room is missing in its event, which says so', async () => {
    const { url, log, recorded } = await loggedServer(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(1500, 0xff));
      },
      { maxBufferedBytes: 2000, flushMs: 1e9 },
    );
    for (let i = 0; i < 2; i += 1) await (await fetch(url)).arrayBuffer();
    await settled(log);
    expect(log.stats().response?.incomplete.dropped).toBe(1);
    expect((await recorded()).response[1]).toMatchObject({
      data: '',
      incomplete: 'dropped',
      contentrange: 'bytes */1500',
    });
  });

  it('that there is not is empty text', async () => {
    const { url, recorded } = await loggedServer((_request, response) => response.writeHead(204).end());
    await fetch(url);
    const { request, response } = await recorded();
    const empty = { data: '', contentrange: 'bytes */0', datacontenttype: 'text/plain' };
    expect(request[0]).toMatchObject({ ...empty, method: 'GET' });
    expect(response[0]).toMatchObject({ ...empty, status: 204 });
    expect(response[0]).not.toHaveProperty('incomplete');
  });

  it('of an answer to HEAD is none, whatever the handler wrote', async () => {
    const { url, recorded } = await loggedServer((_request, response) => response.end('ignored'));
    await fetch(url, { method: 'HEAD' });
    expect((await recorded()).response[0]).toMatchObject({ data: '', contentrange: 'bytes */0' });
  });
});

describe('redaction of bodies', () => {
  const redact = { fields: { Name: 'mask', ssn: 'drop', id: 'hash' }, key: 'k'.repeat(16) } as const;

  it.each([
    ['fields at any depth', '{"a":[{"NAME":"x","ssn":1,"b":1.10}]}', '{"a":[{"NAME":"***","b":1.10}]}'],
    ['fields that hold more', '{"name":{"first":"x"},"ssn":[1]}', '{"name":"***"}'],
    ['what is missing', '{"name":null}', '{"name":null}'],
    ['numbers as they are', '[12345678901234567890,1e5,0.10]', '[12345678901234567890,1e5,0.10]'],
    [
      'columns of a table',
      '{"dataframe_split":{"columns":["ssn","name","b"],"data":[["1","x",2.50]]}}',
      '{"dataframe_split":{"columns":["name","b"],"data":[["***",2.50]]}}',
    ],
  ])('%s', async (_, body, redacted) => {
    const { url, folder, log } = await loggedServer(
      (_request, response) => response.writeHead(200, JSON_TYPE).end(body),
      { redact },
    );
    expect(await (await fetch(url)).text()).toBe(body);
    await log.close();
    const file = recordedIn(folder).files.find((name) => name.includes('/response/'));
    expect(readFileSync(join(folder, file!), 'utf8')).toContain(`"data":${redacted},`);
  });

  it('hashes a value alike wherever it stands', async () => {
    const { event } = await answered(
      '{"a":{"id":"7"},"b":[{"id":7}],"columns":["id"],"data":[[7]]}',
      JSON_TYPE,
      {
        redact,
      },
    );
    const data = event['data'] as { a: { id: string }; b: { id: string }[]; data: string[][] };
    expect(data.a.id).toMatch(/^[0-9a-f]{64}$/);
    expect([data.b[0]!.id, data.data[0]![0]]).toEqual([data.a.id, data.a.id]);
  });

  it.each([
    ['text', 'name=secret', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['what is compressed', gzipSync('{"name":"secret"}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ['a row that is longer than its names', '{"columns":["name"],"data":[["secret","secret"]]}', JSON_TYPE],
  ])('leaves out what it can’t read: %s', async (_, body, headers) => {
    const { event, files } = await answered(body, headers as Record<string, string>, { redact });
    expect(event).toMatchObject({ data: '', incomplete: 'withheld' });
    expect(event['contentrange']).toBe(`bytes */${body.length}`);
    expect(files).toEqual([]);
  });

  it('finds JSON under any type', async () => {
    const { event } = await answered('{"name":"x"}', { 'content-type': 'text/plain' }, { redact });
    expect(event).toMatchObject({ data: { name: '***' }, datacontenttype: 'application/json' });
  });
});
