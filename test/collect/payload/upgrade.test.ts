import { createServer, type Server } from 'node:http';
import { expect, it } from 'vitest';
import { listening, loggedServer, rawExchange } from './payload-server.js';

const UPGRADE =
  'GET /chat?key=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\nfirst';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** Answers in the new protocol: what it was sent, backwards. */
function switching(server: Server): Server {
  return server.on('upgrade', (_request, socket, head) => {
    socket.end(SWITCHED + [...head.toString()].reverse().join(''));
  });
}

it('a connection that changes its protocol is left alone, and not recorded', async () => {
  const { server, port, log, recorded } = await loggedServer(() => expect.unreachable());
  switching(server);
  const bare = await listening(switching(createServer(() => expect.unreachable())));
  const answer = await rawExchange(port, UPGRADE);
  expect(answer).toBe(`${SWITCHED}tsrif`);
  expect(answer).toBe(await rawExchange(bare, UPGRADE));
  expect(log.stats().open).toBe(0);
  expect(await recorded()).toEqual({ request: [], response: [], files: [] });
});

it('a request to change it that the server answers as any other is recorded as any other', async () => {
  const { port, recorded } = await loggedServer((_request, response) => {
    response.writeHead(426, { upgrade: 'h2c' }).end('no');
  });
  expect(await rawExchange(port, UPGRADE.replace('first', ''))).toContain('426 Upgrade Required');
  expect((await recorded()).response).toMatchObject([{ path: '/chat', status: 426, data: 'no' }]);
});
