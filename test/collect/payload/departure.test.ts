import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { inStorage } from '../events/events.js';
import { listening, rawExchange, recordedIn, settled } from './payload-server.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** What a client that goes when it has so many bytes was sent until then. */
async function firstBytes(port: number, count: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let answer = '';
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
    if (answer.length >= count) socket.destroy();
  });
  socket.on('error', () => undefined).on('close', () => resolve());
  socket.write(REQUEST);
  await promise;
  return answer;
}

it('a client that leaves early was sent the first bytes of what it would have been sent, and those are what is recorded', async () => {
  const folder = await temporaryFolder();
  const log = payloadLogger(inStorage(folder));
  let chunks: readonly string[] = [];
  const handler = async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.sendDate = false;
    for (const chunk of chunks) {
      response.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end('end');
  };
  const bare = await listening(createServer(handler));
  const logged = await listening(createServer(log(handler)));
  const bodies: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1, maxLength: 300 }), { maxLength: 12 }),
      fc.nat(3000),
      async (written, count) => {
        chunks = written;
        const whole = await rawExchange(bare, REQUEST);
        const got = await firstBytes(logged, count);
        expect(whole.slice(0, got.length)).toBe(got);
        expect(got.length).toBeGreaterThanOrEqual(Math.min(count, whole.length));
        bodies.push(`${written.join('')}end`);
        await settled(log);
      },
    ),
    { numRuns: 100 },
  );
  await log.close();
  const { response } = recordedIn(folder);
  expect(response).toHaveLength(bodies.length);
  for (const [i, { data, incomplete }] of response.entries()) {
    expect(bodies[i]!.startsWith(String(data))).toBe(true);
    expect(incomplete).toBe(data === bodies[i] ? incomplete : 'aborted');
  }
  expect(response.some(({ incomplete }) => incomplete === 'aborted')).toBe(true);
});
