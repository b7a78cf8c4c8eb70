// A server in a process of its own, with the logger or without. Forked by serve.ts.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerJob } from './serve.ts';

const { side, library, folder } = JSON.parse(process.argv[2] ?? '') as ServerJob;

function hello(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') {
    response.end('hello world');
    return;
  }
  request.on('data', () => undefined);
  request.on('end', () => {
    response.setHeader('Content-Type', 'application/json');
    response.end('[{"progression":152.1}]');
  });
}

const { payloadLogger } = (await import(library)) as typeof import('../../src/index.js');
const log =
  side === 'bare' ? undefined : payloadLogger({ storage: folder, endpoint: 'bench', deployment: 'blue' });
const server = createServer(log === undefined ? hello : log(hello));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

let cpu = process.cpuUsage();
process.on('message', (message) => {
  if (message === 'mark') cpu = process.cpuUsage();
  else if (message === 'cpu') {
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ cpuMicros: user + system });
  } else void stop();
});

/** Whoever measures wants to know that all was recorded. */
async function stop(): Promise<void> {
  await log?.close();
  const { accepted = 0, written = 0 } = log?.stats().response ?? {};
  process.send?.({ accepted, written }, () => process.exit());
}

process.once('disconnect', () => process.exit());
