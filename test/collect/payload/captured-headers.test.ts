import { describe, expect, it } from 'vitest';
import { CapturedHeaders } from '../../../src/collect/payload/captured-headers.js';
import { payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { inStorage } from '../events/events.js';
import { loggedServer } from './payload-server.js';

describe('captured headers', () => {
  it('are attributes of both events, and no other header is', async () => {
    const { url, recorded } = await loggedServer(
      (_request, response) => {
        response.setHeader('x-model', ['a', 'b']);
        response.writeHead(200, ['X-Cost', '7', 'X-Other', '8']);
        response.end();
      },
      { captureHeaders: ['X-User-Agent-Class', 'x-model', 'x-cost'] },
    );
    await fetch(url, { headers: { 'x-user-agent-class': 'bot', 'x-other': 'y', authorization: 'Bearer x' } });
    const { request, response } = await recorded();
    expect(request[0]).toMatchObject({ xuseragentclass: 'bot' });
    expect(response[0]).toMatchObject({ xcost: '7' });
    expect(JSON.stringify([request, response])).not.toMatch(/xother|bearer/i);
  });

  it.each([
    ...[
      'Authorization',
      'proxy-authorization',
      'cookie',
      'Set-Cookie',
      'x-api-key',
      'api-key',
      'x-functions-key',
    ],
    ...['Ocp-Apim-Subscription-Key', 'x-amz-security-token', 'x-ms-token-aad-access-token', 'x-csrf-token'],
    ...[
      'x-client-secret',
      'x-password',
      'x-ms-copy-source-authorization',
      'x-apikey',
      'x-session-id',
      'x-sas',
    ],
  ])('%s is refused when the logger is made', (name) => {
    const make = () => payloadLogger({ ...inStorage('/nowhere'), captureHeaders: [name] });
    expect(make).toThrow(`the header "${name.toLowerCase()}" can't be captured: it holds a secret`);
    expect(make).toThrow(
      expect.objectContaining({ code: 'usage', remedy: expect.stringContaining('captureHeaders') }),
    );
  });

  it.each(['x-token-count', 'idempotency-key', 'x-partition-key', 'x-author', 'user-agent'])(
    '%s is not',
    (name) => {
      expect(new CapturedHeaders([name]).isEmpty).toBe(false);
    },
  );

  it.each([
    [['x-a', 'xa'], 'its attribute xa is that of x-a'],
    [['time'], 'its attribute time is that of an attribute of every event'],
    [['x-correlation-id-of-the-one', 'x-correlation-id-of-the-other'], 'its attribute xcorrelationidofthe'],
    [['bad name'], 'it is no header name'],
    [['--'], 'it is no header name'],
  ])('%j is refused: each needs an attribute of its own', (names, message) => {
    expect(() => new CapturedHeaders(names)).toThrow(message);
  });

  it('hide the signature of a URL in their value', () => {
    const headers = new CapturedHeaders(['referer']);
    expect(headers.json(() => 'https://a.blob.core.windows.net/c?sv=1&sig=abc%3D')).toBe(
      ',"referer":"https://a.blob.core.windows.net/c?sv=1&sig=***"',
    );
  });

  it('need not name x-request-id: every event has it', () => {
    expect(new CapturedHeaders(['X-Request-Id']).isEmpty).toBe(true);
  });
});

it('a path is recorded without its query, and without the host that a proxy’s client sends', async () => {
  const { port, recorded } = await loggedServer((_request, response) => response.end());
  const { request: send } = await import('node:http');
  const ask = (path: string): Promise<void> =>
    new Promise((resolve) => {
      send({ port, path }, (answer) => answer.resume().on('end', resolve)).end();
    });
  for (const path of ['/a?sig=x', 'http://user:pw@host/b?c', 'http://host']) await ask(path);
  expect((await recorded()).request.map(({ path }) => path)).toEqual(['/a', '/b', '/']);
});
