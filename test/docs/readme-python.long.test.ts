import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readFencedBlocks } from '../migration/fenced-blocks.js';
import { eventsIn, sdkHeaders, send } from '../serve/sidecars.js';
import { runCli } from '../support/cli-child.js';
import { legacyFolder } from '../support/golden.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SENDER = new URL('./stand-ins/python.mjs', import.meta.url).pathname;

/** The lines of the README's block of this name, without what says of them what they do. */
function linesOf(name: string): string[] {
  const block = readFencedBlocks('README.md').find((one) => one.name === name);
  return (block?.text ?? '').trimEnd().split('\n');
}

/** A folder in which `mdc-bridge` is the built one, and `python` sends what the SDK sends. */
async function workshop(): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  symlinkSync(resolve('dist/cli/main.js'), join(folder, 'bin/mdc-bridge'));
  symlinkSync(SENDER, join(folder, 'bin/python'));
  return folder;
}

/** One line of a shell, whose process the command itself becomes where nothing stands before it. */
function start(folder: string, line: string, environment = {}): { child: ChildProcess; said: () => string } {
  const child = spawn('bash', ['-c', line.startsWith('mdc-bridge') ? `exec ${line}` : line], {
    cwd: folder,
    env: {
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, said: () => text };
}

async function endOf(child: ChildProcess, signal?: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'close');
  if (signal !== undefined) child.kill(signal);
  return (await ended)[0];
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await sleep(50);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Name → content of what lies below and ends so. */
function filesOf(root: string, ending: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith(ending) && !name.startsWith('_migration'))
      .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
  );
}

test('the sidecar’s example: what a service sends is in both trees, under one id, when the server has ended', async () => {
  const folder = await workshop();
  const port = String(await freePort());
  const [serve = '', score = ''] = linesOf('serve').map((line) => line.replaceAll('50011', port));
  const server = start(folder, serve);
  await until(() => server.said().includes(`listening on http://127.0.0.1:${port}`));
  const service = start(folder, score);
  expect(await endOf(service.child), service.said()).toBe(0);
  expect(await endOf(server.child, 'SIGTERM'), server.said()).toBe(0);
  const [{ event } = { event: undefined }] = eventsIn(filesOf(join(folder, 'modelDataCollector'), '.jsonl'));
  expect(event).toMatchObject({ xrequestid: 'id-1', data: [{ bmi: 0.0617, bp: 0.0218 }] });
  const [csv = ''] = Object.values(filesOf(join(folder, 'modeldata'), '.csv'));
  expect(csv.split('\n')[1]).toMatch(new RegExp(`^0\\.0617,0\\.0218,${event?.correlationid},`));
});

test('the sidecar’s configuration: half of the requests, whole ones, in both trees, without what is secret', async () => {
  const folder = await workshop();
  writeFileSync(join(folder, 'deployment.yml'), `${linesOf('serve-config').join('\n')}\n`);
  const line = `mdc-bridge serve --port 0 --config deployment.yml --legacy ./modeldata --events ./v2`;
  const server = start(folder, line, { MDC_BRIDGE_REDACT_KEY: 'k'.repeat(32) });
  await until(() => server.said().includes('listening on http'));
  const [, url = ''] = /listening on (http\S+),/.exec(server.said()) ?? [];
  for (let i = 0; i < 60; i += 1) {
    for (const collection of ['model_inputs', 'model_outputs']) {
      const body = '[{"ssn":"078-05-1120","name":"Ada","x":1}]';
      const answer = await send(url, { headers: sdkHeaders(collection, `id-${i}`), body });
      expect(answer.status, answer.body).toBe(200);
    }
  }
  expect(await endOf(server.child, 'SIGTERM'), server.said()).toBe(0);
  const events = filesOf(join(folder, 'v2'), '.jsonl');
  const idsOf = (collection: string): string[] =>
    eventsIn(events)
      .filter(({ file }) => file.startsWith(`credit/blue/${collection}/`))
      .map(({ event }) => String(event['xrequestid']))
      .sort();
  expect(idsOf('model_inputs')).toEqual(idsOf('model_outputs'));
  expect(idsOf('model_inputs').length).toBeGreaterThan(0);
  expect(idsOf('model_inputs').length).toBeLessThan(60);
  const written = [...Object.values(events), ...Object.values(filesOf(join(folder, 'modeldata'), '.csv'))];
  expect(written.length).toBeGreaterThanOrEqual(4);
  for (const text of written) expect(text).not.toMatch(/078-05|Ada/);
});

test('the examples of following: one pass, and passes until a signal; each event once', async () => {
  const folder = await workshop();
  cpSync(legacyFolder('diabetes'), join(folder, 'modeldata'), { recursive: true });
  const [name = ''] = Object.keys(
    filesOf(join(folder, 'modeldata'), 'best_model/10/inputs/2019/01/01/inputs.csv'),
  );
  renameSync(join(folder, 'modeldata', name), join(folder, 'later.csv'));
  const [onePass = '', watch = ''] = linesOf('sync');
  const pass = start(folder, onePass);
  expect(await endOf(pass.child), pass.said()).toBe(0);
  const day = join(folder, 'modelDataCollector/aks-w-collv9/best-model-10/model_inputs/2019/01/01');
  expect(existsSync(day)).toBe(false);

  const follower = start(folder, watch.replace('--watch', '--watch --interval 200ms --settle 200ms'));
  renameSync(join(folder, 'later.csv'), join(folder, 'modeldata', name));
  await until(() => existsSync(day) || follower.child.exitCode !== null);
  expect(await endOf(follower.child, 'SIGTERM'), follower.said()).toBe(0);
  expect(follower.said()).toContain('1 file converted');
  const proof = await runCli(['verify', join(folder, 'modeldata'), join(folder, 'modelDataCollector')]);
  expect(proof.status, proof.stdout + proof.stderr).toBe(0);
});
