import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { recordedIn } from './payload-server.js';

const LIBRARY = new URL('../../../dist/index.js', import.meta.url).href;

/** A server that answers one request with a raw file, and begins another one; then it ends in this way. */
async function endedBy(end: string): Promise<ReturnType<typeof recordedIn>> {
  const folder = await temporaryFolder();
  const script = join(folder, 'server.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:http';
     import { payloadLogger } from '${LIBRARY}';
     const log = payloadLogger({ storage: './out', endpoint: 'ep', deployment: 'blue', flushMs: 1e6 });
     const server = createServer(log((request, response) => {
       response.setHeader('content-type', 'image/png');
       if (request.url === '/last') response.on('close', () => process.exit()).end();
       else if (request.url === '/a') response.end(Buffer.of(0xff)); else response.write('part');
     })).listen(0, async () => {
       const url = 'http://127.0.0.1:' + server.address().port;
       await (await fetch(url + '/a')).arrayBuffer();
       await fetch(url + '/b');
       ${end}
     });`,
  );
  await once(spawn(process.execPath, [script], { cwd: folder, stdio: 'inherit' }), 'close');
  return recordedIn(join(folder, 'out'));
}

it('a process that calls process.exit writes all, and what was under way as unfinished', async () => {
  const { response, files } = await endedBy('process.exit();');
  expect(response.map(({ path, incomplete }) => [path, incomplete])).toEqual([
    ['/a', undefined],
    ['/b', 'unfinished'],
  ]);
  for (const { data } of response) expect(files.some((name) => String(data).endsWith(name))).toBe(true);
});

it('also what was over in that very moment', async () => {
  const { request, response } = await endedBy("await fetch(url + '/last');");
  for (const events of [request, response]) {
    expect(events.map(({ path }) => path)).toEqual(['/a', '/last', '/b']);
  }
});

it('SIGTERM writes all that was over, and what was under way as unfinished, with their raw files', async () => {
  const { response, files } = await endedBy('process.kill(process.pid, "SIGTERM");');
  expect(response.map(({ path, incomplete }) => [path, incomplete])).toEqual([
    ['/a', undefined],
    ['/b', 'unfinished'],
  ]);
  for (const { data } of response) expect(files.some((name) => String(data).endsWith(name))).toBe(true);
});
