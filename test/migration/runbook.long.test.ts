import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { venvOf } from '../serve/sdk-venv.js';
import { type Azurite, startAzurite } from '../support/azurite.js';
import { openContainer, readContainer, uploadFolder } from '../support/blob-trees.js';
import { FIXTURES, legacyFolder, readFolder } from '../support/golden.js';
import { readFencedBlocks } from './fenced-blocks.js';
import { firstMissing, makeStory } from './story.js';
import { StoryShell } from './story-shell.js';
import { GROWN, growTree } from './unchanged-service.js';

const STAND_INS: string = new URL('./stand-ins/', import.meta.url).pathname;

/** Where the story differs from what the reader sees. */
const SUBSTITUTES = (azurite: Azurite, port: number): readonly (readonly [seen: string, run: string])[] => [
  ['https://contosoml.blob.core.windows.net', azurite.endpoint],
  // A day of the service's calls takes ten seconds.
  ['node service.mjs', `node --import ${STAND_INS}fast-clock.mjs service.mjs`],
  ['sleep 600', 'sleep 3'],
  ['50011', String(port)],
];

/** What is found in PATH, before all else. */
const COMMANDS = {
  'mdc-bridge': resolve('dist/cli/main.js'),
  az: `${STAND_INS}az.mjs`,
  azcopy: `${STAND_INS}azcopy.mjs`,
};

/** What happens before a step that begins so, without the reader's doing. */
const MEANWHILE: readonly (readonly [begins: string, happens: () => Promise<void>])[] = [
  // Hours go by in 400 ms each until then, and one in which the service had no turn, beside these commands, would be one without a call.
  ['mdc-bridge plan "$LEGACY" --include', () => sleep(14_000)],
  ['mdc-bridge sync', () => growTree(azurite)],
];

let azurite: Azurite;
let port: number;
let root: string;
let story: string;
let shell: StoryShell;

beforeAll(async () => {
  azurite = await startAzurite();
  await uploadFolder(await openContainer(azurite.connectionString, 'modeldata'), legacyFolder('diabetes'));
  await openContainer(azurite.connectionString, 'azureml-blobstore-6f1c2d');
  root = await mkdtemp(join(tmpdir(), 'mdc-runbook-'));
  story = join(root, 'story');
  const commands = join(root, 'commands');
  await mkdir(commands);
  port = await freePort();
  const python = await venvOf('runbook-requirements');
  // Not a link: Python finds its packages by where it is called.
  await writeFile(join(commands, 'python'), `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 });
  for (const [name, file] of Object.entries(COMMANDS)) await symlink(file, join(commands, name));
  await mkdir(join(story, 'node_modules'), { recursive: true });
  await symlink(resolve('.'), join(story, 'node_modules/mdc-bridge'));
  await writeFile(join(story, 'package.json'), '{}');
  shell = new StoryShell(story, root, {
    PATH: [commands, dirname(process.execPath), process.env['PATH']].join(':'),
    HOME: root,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  });
});

afterAll(async () => {
  await shell?.end();
  await azurite?.stop();
  await rm(root, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return address.port;
}

function substituted(text: string): string {
  return SUBSTITUTES(azurite, port).reduce((so, [seen, run]) => so.replaceAll(seen, run), text);
}

describe('the runbook, from its first command to its last', () => {
  for (const step of makeStory(readFencedBlocks('MIGRATION.md'))) {
    const [first = ''] = step.text.split('\n');
    if (step.kind === 'file') {
      it(`line ${step.line}: ${step.path}`, async () => {
        await writeFile(join(story, step.path), substituted(step.text));
      });
    } else {
      it(`line ${step.line}: ${first}`, async () => {
        await MEANWHILE.find(([begins]) => first.startsWith(begins))?.[1]();
        const { ok, output } = await shell.run(substituted(step.text));
        expect(ok, output).toBe(true);
        expect(firstMissing(output, step.prints), output).toBeUndefined();
      }, 160_000);
    }
  }

  it('leaves every call of history as it was converted, and every scored call once on each side, with its values, and every followed call once', async () => {
    const container = await openContainer(azurite.connectionString, 'azureml-blobstore-6f1c2d');
    const files = await readContainer(container, 'modelDataCollector/');
    const history = await readFolder(join(FIXTURES, 'expected/diabetes'));
    for (const [name, content] of history) {
      if (!name.startsWith('rejects/')) expect(files.get(name)?.equals(content), name).toBe(true);
    }
    const followed = eventsOf([...files], 'aks-credit/credit-risk-3/model_inputs/2019/01/02/');
    expect(followed.map(({ correlationid }) => correlationid)).toEqual(GROWN);
    const live = [...files].filter(([name]) => !name.startsWith('_migration/') && !history.has(name));
    const scored = scoredCalls(await readFile(join(story, 'service.log'), 'utf8'));
    expect(scored.length).toBeGreaterThan(100);
    const model = 'aks-w-collv9/best-model-10';
    expect(predictions(eventsOf(live, `${model}/model_outputs/`)).sort()).toEqual(scored.toSorted());
    const inputs = eventsOf(live, `${model}/model_inputs/`).map(({ correlationid }) => correlationid);
    expect(inputs.sort()).toEqual(scored.map((call) => call.split(' ')[0]).sort());
    expect(new Set(inputs).size).toBe(inputs.length);
  });
});

interface LiveEvent {
  readonly correlationid: string;
  readonly data: readonly Readonly<Record<string, number>>[];
}

function eventsOf(files: readonly (readonly [string, Buffer])[], folder: string): LiveEvent[] {
  return files
    .filter(([name]) => name.startsWith(folder))
    .flatMap(([, content]) => content.toString('utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as LiveEvent);
}

/** `id value`, as the service logs it. */
function predictions(events: readonly LiveEvent[]): string[] {
  return events.map(
    ({ correlationid, data }) => `${correlationid} ${data.map((row) => row['prediction']).join()}`,
  );
}

function scoredCalls(log: string): string[] {
  return [...log.matchAll(/^scored (\S+ \S+)$/gm)].map(([, call = '']) => call);
}
