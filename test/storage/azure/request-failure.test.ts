import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContainerClient } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import {
  codeOf,
  isPassing,
  isThrottling,
  retryAfter,
  statusOf,
  TruncatedBody,
} from '../../../src/storage/azure/request-failure.js';
import { freePort } from '../../support/azurite.js';
import { refusal, silence } from './fakes.js';

/** The SDK's own error for an answer that a server gives. */
async function thrownBySdk(status: number, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const server = createServer((_, answer) => answer.writeHead(status, headers).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await new ContainerClient(`http://127.0.0.1:${port}/account/container`, undefined, {
      retryOptions: { maxTries: 1 },
    })
      .getBlobClient('a')
      .getProperties();
  } catch (error) {
    return error;
  } finally {
    server.close();
  }
  throw new Error('no error was thrown');
}

describe('a failed request', () => {
  const passing = [408, 429, 500, 502, 503, 504];
  for (const status of passing) {
    it(`with status ${status} may succeed later`, () => expect(isPassing(refusal(status))).toBe(true));
  }
  for (const status of [304, 400, 401, 403, 404, 405, 409, 411, 412, 413, 416, 501, 505, 507]) {
    it(`with status ${status} will fail again`, () => expect(isPassing(refusal(status))).toBe(false));
  }

  const networkCodes = [
    ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
    ...['ENETUNREACH', 'EHOSTUNREACH', 'REQUEST_SEND_ERROR', 'PARSE_ERROR', 'ERR_STREAM_PREMATURE_CLOSE'],
  ];
  for (const code of networkCodes) {
    it(`without an answer may succeed later: ${code}`, () => expect(isPassing(silence(code))).toBe(true));
  }
  for (const code of ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_INVALID_URL']) {
    it(`without an answer will fail again: ${code}`, () => expect(isPassing(silence(code))).toBe(false));
  }

  it('passes when its body broke off, its try ran out of time, or its answer of 200 can’t be parsed', () => {
    expect(isPassing(new TruncatedBody('3 of 4 bytes came'))).toBe(true);
    expect(isPassing(new DOMException('', 'TimeoutError'))).toBe(true);
    expect(isPassing(Object.assign(new Error(''), { name: 'AbortError' }))).toBe(true);
    expect(isPassing(Object.assign(new Error(''), { code: 'PARSE_ERROR', statusCode: 200 }))).toBe(true);
  });

  it('does not pass when it is a bug or nothing at all', () => {
    for (const error of [new TypeError('x is undefined'), undefined, null, 'text', {}]) {
      expect(isPassing(error)).toBe(false);
    }
  });

  it('is throttling with the statuses 429 and 503 alone', () => {
    const throttling = [...passing, 403, 404, 409].filter((status) => isThrottling(refusal(status)));
    expect(throttling).toEqual([429, 503]);
    expect(isThrottling(silence('ECONNRESET'))).toBe(false);
  });

  it('is known by the service’s word rather than by the client’s', () => {
    expect(codeOf({ code: 'RestError', details: { errorCode: 'BlobNotFound' } })).toBe('BlobNotFound');
    expect([codeOf(silence('EPIPE')), codeOf(undefined), statusOf(undefined)]).toEqual([
      'EPIPE',
      undefined,
      undefined,
    ]);
  });
});

describe('the time that the service asks to wait', () => {
  const now = Date.parse('2026-11-22T08:00:00Z');
  const asked = (headers: Readonly<Record<string, string>>): number | undefined =>
    retryAfter(refusal(503, 'ServerBusy', headers), now);

  it('is in seconds', () => {
    expect([asked({ 'retry-after': '7' }), asked({ 'retry-after': '0' })]).toEqual([7000, 0]);
  });

  it('is a date; one in the past means now', () => {
    expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 08:00:12 GMT' })).toBe(12_000);
    expect(asked({ 'retry-after': 'Sun, 22 Nov 2026 07:59:00 GMT' })).toBe(0);
  });

  it('is in milliseconds, which count more than seconds', () => {
    expect(asked({ 'x-ms-retry-after-ms': '150', 'retry-after': '1' })).toBe(150);
    expect(asked({ 'retry-after-ms': '250', 'retry-after': '1' })).toBe(250);
  });

  it('is not known where there is no such header, none that can be read, or no answer', () => {
    expect(asked({})).toBeUndefined();
    expect(asked({ 'retry-after': '' })).toBeUndefined();
    expect(asked({ 'retry-after': 'soon' })).toBeUndefined();
    expect(asked({ 'x-ms-retry-after-ms': 'soon', 'retry-after': '2' })).toBe(2000);
    expect(retryAfter(silence('ECONNRESET'))).toBeUndefined();
    expect(retryAfter(undefined)).toBeUndefined();
  });
});

describe('what the SDK throws', () => {
  it('has the status, the service’s word and the time to wait where they are looked for', async () => {
    const error = await thrownBySdk(503, { 'x-ms-error-code': 'ServerBusy', 'retry-after': '3' });
    expect([statusOf(error), codeOf(error), retryAfter(error)]).toEqual([503, 'ServerBusy', 3000]);
    expect([isPassing(error), isThrottling(error)]).toEqual([true, true]);
  });

  it('has the network’s word where nobody answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}/account/container`;
    const client = new ContainerClient(url, undefined, { retryOptions: { maxTries: 1 } });
    const error = await client.exists().catch((thrown: unknown) => thrown);
    expect([statusOf(error), codeOf(error), isPassing(error)]).toEqual([undefined, 'ECONNREFUSED', true]);
  });
});
