import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { INSTANCE, inStorage } from '../events/events.js';
import { bodyOf, listening, loggedServer, rawExchange, recordedIn, settled } from './payload-server.js';

const HOUR = '2026/11/22/10';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('an exchange', () => {
  it('is one event in request and one in response, as they stand here', async () => {
    const { url, folder, recorded } = await loggedServer(async (request, response) => {
      await bodyOf(request);
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end('{"progression": 152.10}');
    });
    const headers = { ...JSON_TYPE, 'x-request-id': '4331a496-194d-41db-882d-3142ef07677f' };
    const body = '[{"bmi":0.0617,\r\n "name":"é"}]';
    await (await fetch(`${url}/score?key=secret`, { method: 'POST', headers, body })).text();
    expect((await recorded()).files).toEqual([
      `ep/blue/request/${HOUR}/${INSTANCE}.jsonl`,
      `ep/blue/response/${HOUR}/${INSTANCE}.jsonl`,
    ]);
    const source =
      '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/onlineEndpoints/ep/deployments/blue';
    const end =
      '"correlationid":"4331a496-194d-41db-882d-3142ef07677f","xrequestid":"4331a496-194d-41db-882d-3142ef07677f",' +
      '"modelversion":"default","agent":"mdc-bridge/1"}\n';
    expect(readFileSync(join(folder, `ep/blue/request/${HOUR}/${INSTANCE}.jsonl`), 'utf8')).toBe(
      `{"specversion":"1.0","id":"id-1","source":"${source}","type":"azureml.inference.request",` +
        '"datacontenttype":"application/json","time":"2026-11-22T10:20:30.000Z","data":[{"bmi":0.0617,   "name":"é"}],' +
        `"path":"/score","method":"POST","contentrange":"bytes 0-30/31",${end}`,
    );
    expect(readFileSync(join(folder, `ep/blue/response/${HOUR}/${INSTANCE}.jsonl`), 'utf8')).toBe(
      `{"specversion":"1.0","id":"id-2","source":"${source}","type":"azureml.inference.response",` +
        '"datacontenttype":"application/json","time":"2026-11-22T10:20:30.000Z","data":{"progression": 152.10},' +
        `"path":"/score","method":"POST","status":200,"contentrange":"bytes 0-22/23",${end}`,
    );
  });

  it('is accepted by the CloudEvents SDK, whatever its bodies, headers and ids', async () => {
    const { url, recorded } = await loggedServer(
      async (request, response) => {
        response.setHeader('content-type', request.headers['content-type'] ?? 'text/plain');
        response.end(await bodyOf(request));
      },
      { captureHeaders: ['X-User-Agent-Class', 'x-odd_name.with-many-letters'] },
    );
    const odd = {
      'x-user-agent-class': 'a\tb"\\é',
      'x-odd_name.with-many-letters': 'x',
      'x-request-id': 'ü,"\\',
    };
    for (const [type, body] of [
      ['application/json', '{"a":[1,{"b":null}]}'],
      ['application/json', 'no json'],
      ['text/plain', 'Grüße\u2028\n"\\'],
      ['image/png', Buffer.of(0x89, 0x50, 0xff)],
      ['multipart/form-data; boundary="a;b"', 'x'],
      ['not a type', 'x'],
    ] as const) {
      const headers = { ...odd, 'content-type': type };
      await (await fetch(`${url}/ä`, { method: 'POST', headers, body })).arrayBuffer();
    }
    const { request, response } = await recorded();
    const events = [...request, ...response];
    expect(events).toHaveLength(12);
    for (const event of events) {
      expect(new CloudEvent(event).validate()).toBe(true);
      expect(Object.keys(event).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(12);
    expect(request[0]).toMatchObject({ xuseragentclass: 'a b"\\é', xoddnamewithmanylett: 'x' });
  });

  it.each([
    [
      'x-request-id',
      { 'x-request-id': 'abc', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
      'abc',
    ],
    ['else the trace id', { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }, '1'.repeat(32)],
    ['else a new one', { traceparent: `00-${'0'.repeat(32)}-${'2'.repeat(16)}-01` }, 'id-1'],
    ['a new one for what is too long to be one', { 'x-request-id': 'x'.repeat(257) }, 'id-1'],
  ])('has one correlation id: %s', async (_, headers, id) => {
    const { url, recorded } = await loggedServer((_request, response) => response.end());
    await (await fetch(url, { headers })).text();
    const { request, response } = await recorded();
    expect([request[0]?.['correlationid'], response[0]?.['correlationid']]).toEqual([id, id]);
  });

  it('under an id that another one had is its next part, in both collections', async () => {
    const { url, recorded } = await loggedServer((_request, response) => response.end());
    for (let i = 0; i < 3; i += 1) await (await fetch(url, { headers: { 'x-request-id': 'x' } })).text();
    const { request, response } = await recorded();
    for (const events of [request, response]) {
      expect(events.map(({ correlationid }) => correlationid)).toEqual(['x', 'x.1', 'x.2']);
      expect(new Set(events.map(({ xrequestid }) => xrequestid))).toEqual(new Set(['x']));
    }
  });

  it('is recorded in a chain of (req, res, next), once however often the log stands in it', async () => {
    const folder = await temporaryFolder();
    const log = payloadLogger(inStorage(folder));
    const port = await listening(
      createServer((request, response) =>
        log(request, response, () => log(request, response, () => response.end(`hello ${request.url}`))),
      ),
    );
    expect(await (await fetch(`http://127.0.0.1:${port}/a`)).text()).toBe('hello /a');
    await log.close();
    expect(recordedIn(folder).response.map(({ data }) => data)).toEqual(['hello /a']);
  });

  it('is sampled by its id, request and response together, and counted when it is left out', async () => {
    const { url, log, recorded } = await loggedServer((_request, response) => response.end(), {
      sampleRatePercentage: 40,
    });
    for (let i = 0; i < 100; i += 1)
      await (await fetch(url, { headers: { 'x-request-id': `r${i}` } })).text();
    const { request, response } = await recorded();
    const ids = (events: typeof request): unknown[] => events.map(({ correlationid }) => correlationid);
    expect(ids(request)).toEqual(ids(response));
    expect(request.length).toBeGreaterThan(20);
    expect(request.length).toBeLessThan(60);
    expect(log.stats().request?.dropped.sampled).toBe(100 - request.length);
  });

  it('is in one collection alone where only that is asked for', async () => {
    const { url, recorded } = await loggedServer((_request, response) => response.end('x'), {
      collections: ['response'],
    });
    await (await fetch(url)).text();
    const { request, response } = await recorded();
    expect([request.length, response.length]).toEqual([0, 1]);
  });

  it('that comes when the log is closed is served, and counted', async () => {
    const { url, log } = await loggedServer((_request, response) => response.end('x'));
    await log.close();
    expect(await (await fetch(url)).text()).toBe('x');
    expect(log.stats().response?.dropped.shutdown).toBe(1);
  });

  it('that is under way when the log is closed is recorded as unfinished, and served to its end', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { url, recorded } = await loggedServer(async (_request, response) => {
      response.write('a');
      await promise;
      response.end('b');
    });
    const answer = await fetch(url);
    const { response } = await recorded();
    resolve();
    expect(await answer.text()).toBe('ab');
    expect(response).toMatchObject([
      { data: 'a', incomplete: 'unfinished', status: 200, contentrange: 'bytes 0-0/*' },
    ]);
  });
});

describe('the log', () => {
  it('holds nothing of an exchange that is over', async () => {
    const { url, log } = await loggedServer(async (request, response) => {
      await bodyOf(request);
      response.end('x'.repeat(10_000));
    });
    await (await fetch(url, { method: 'POST', body: 'y'.repeat(10_000) })).text();
    await settled(log);
    expect(log.stats()).toMatchObject({
      open: 0,
      bytesHeld: 0,
      request: { accepted: 1 },
      response: { accepted: 1 },
    });
    await log.close();
  });

  it('makes its events visible by itself', async () => {
    const { url, folder, log } = await loggedServer((_request, response) => response.end('x'));
    await (await fetch(url)).text();
    await expect.poll(() => recordedIn(folder).response.length, { timeout: 20_000 }).toBe(1);
    await log.close();
  });

  it('tells onError what the storage refuses, and serves on', async () => {
    const { url, log, errors } = await loggedServer((_request, response) => response.end('x'), {
      storage: '/dev/null/nowhere',
      shutdownMs: 10,
    });
    expect(await (await fetch(url)).text()).toBe('x');
    await settled(log);
    await expect(log.flush()).rejects.toMatchObject({ code: 'storage' });
    await expect(log.close()).rejects.toThrow('2 rows are lost');
    expect(errors[0]).toMatchObject({ code: 'storage' });
  });

  it('drops and counts what its buffers have no room for', async () => {
    const { url, log, recorded } = await loggedServer((_request, response) => response.end('x'), {
      maxBufferedBytes: 500,
      flushMs: 1e9,
    });
    for (let i = 0; i < 5; i += 1) await (await fetch(url)).text();
    await settled(log);
    const dropped = log.stats().response?.dropped.full ?? 0;
    expect(dropped).toBeGreaterThan(0);
    expect((await recorded()).response).toHaveLength(5 - dropped);
  });

  it('and of events that come together keeps those that there is room for', async () => {
    const { port, log, recorded } = await loggedServer((_request, response) => response.end('x'), {
      maxBufferedBytes: 700,
      flushMs: 1e9,
    });
    const ask = (end: string): string => `GET / HTTP/1.1\r\nHost: x\r\n${end}\r\n`;
    await rawExchange(port, ask('') + ask('Connection: close\r\n'));
    await settled(log);
    expect(log.stats().response).toMatchObject({ accepted: 1, dropped: { full: 1 } });
    expect((await recorded()).response).toHaveLength(1);
  });
});
