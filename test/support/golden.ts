import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const FIXTURES: string = new URL('../../fixtures/', import.meta.url).pathname;

/** Every container of the golden data: the name of its expected tree → its folder (see fixtures/README.md). */
export const CONTAINERS = {
  diabetes: 'diabetes/modeldata',
  'wide-predictions': 'wide-predictions/modeldata',
  'variants-modeldata': 'variants/modeldata',
  'variants-odeldata': 'variants/odeldata',
  'variants-other': 'variants/other',
} as const;

export type ContainerName = keyof typeof CONTAINERS;
export const CONTAINER_NAMES: readonly ContainerName[] = Object.keys(CONTAINERS) as ContainerName[];

export function legacyFolder(name: ContainerName): string {
  return join(FIXTURES, 'legacy', CONTAINERS[name]);
}

/** The container's own name, which ids and instance names are made of. */
export function containerName(name: ContainerName): string {
  return CONTAINERS[name].split('/')[1]!;
}

/** What must become of one source, by an oracle that shares no code with us. */
export interface Outcome {
  readonly outcome: 'events' | 'rejects' | 'mixed' | 'empty';
  readonly lines: number;
  readonly rows: number;
  readonly events: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly headers: number;
  readonly blank: number;
  readonly addedByExplosion: number;
  readonly header: 'present' | 'absent';
  readonly collection: string;
  readonly note: string;
}

/** Source name → outcome, of one container. */
export async function readOutcomes(name: ContainerName): Promise<ReadonlyMap<string, Outcome>> {
  const all = JSON.parse(await readFile(join(FIXTURES, 'expected/outcomes.json'), 'utf8')) as Record<
    ContainerName,
    Record<string, Outcome>
  >;
  return new Map(Object.entries(all[name]));
}

/** All files below a folder: name → content. */
export async function readFolder(root: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(root.length + 1), await readFile(path));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
