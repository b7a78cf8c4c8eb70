import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CollectorOptions } from '../../../src/collect/collector-options.js';
import { ModelDataCollector } from '../../../src/collect/model-data-collector.js';
import { correlatedEventId } from '../../../src/event/event-id.js';
import { formatEventLine } from '../../../src/event/jsonl.js';
import { type Trees, trees } from '../../support/both-trees.js';

const IDENTITY = { workspace: 'sub/rg/ws', webserviceName: 'svc', modelVersion: '3' } as const;

/** Of all services of a test file: every call has a time of its own, in one hour of one day. */
let now = Date.parse('2024-02-29T10:00:00Z');
function clock(): number {
  now += 0.25;
  return now;
}

/** The folders of a service on its way. */
/** A collector of a process of its own, as far as files go. */
export function collector(
  { legacy, v2 }: Trees,
  designation: 'inputs' | 'predictions',
  names: readonly string[],
  options: CollectorOptions = {},
): ModelDataCollector {
  return new ModelDataCollector('best_model', designation, names, {
    ...IDENTITY,
    enabled: true,
    storage: legacy,
    handleSignals: false,
    environment: {},
    stage: 'dual',
    clock,
    ...options,
    v2: { storage: v2, ...options.v2 },
  });
}

export interface TreeEvent {
  readonly file: string;
  readonly id: string;
  readonly correlationid: string;
  readonly data: readonly Record<string, unknown>[];
}

/** All events of a tree, in the order of its files. */
export function eventsOf(root: string): TreeEvent[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.jsonl') && !name.startsWith('_'),
  );
  return files.sort().flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => ({ ...(JSON.parse(line) as TreeEvent), file })),
  );
}

/** Rows of all events, as text, in order of their text. */
export function rowsOf(root: string): string[] {
  return eventsOf(root)
    .flatMap(({ data }) => data.map((row) => JSON.stringify(row)))
    .sort();
}

/** Replaces the text of the one live file. */
export function editLive(root: string, edit: (lines: readonly string[]) => readonly string[]): void {
  const [name = ''] = liveFiles(root);
  const file = join(root, name);
  writeFileSync(
    file,
    edit(readFileSync(file, 'utf8').split('\n').slice(0, -1))
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** Event files, in the order of their names. */
export function liveFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('_'))
    .sort();
}

/** A service's folders with files of given content. */
export async function treesOf(
  legacy: Readonly<Record<string, string>>,
  v2: Readonly<Record<string, string>>,
): Promise<Trees> {
  const place = await trees();
  const write = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), content);
    }
  };
  await write(place.legacy, legacy);
  await write(place.v2, v2);
  return place;
}

/** The line of an event as our collector writes it. `data`: JSON of the rows. */
export function liveLine(
  correlationId: string,
  data: string,
  time = '2024-02-29T01:02:03.000004Z',
  requestId: string = correlationId,
): string {
  return formatEventLine(
    {
      id: correlatedEventId('model_inputs', correlationId),
      source: '/workspaces/ws/onlineEndpoints/svc/deployments/m-1',
      collection: 'model_inputs',
      time,
      correlationId,
      requestId,
    },
    { data },
  );
}

/** The name of a live file of that collection. */
export function liveName(hour = '2024/02/29/01', instance: string = 'ab'.repeat(16)): string {
  return `svc/m-1/model_inputs/${hour}/${instance}000000.jsonl`;
}
