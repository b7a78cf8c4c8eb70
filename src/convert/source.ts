import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import { MdcBridgeError } from '../errors.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import type { Plan } from './plan-file.js';
import type { RunOptions } from './run-options.js';

/** A legacy tree, opened: a container's copy, or a folder inside one. */
export interface Source {
  readonly storage: Storage;
  readonly container: string;
  /** What stands before every listed name within the container: `''` or ends with `/`. */
  readonly prefix: string;
  /** Names this tree's folder under `_migration/`. */
  readonly id: string;
}

/** As much of one as a plan needs. */
export type ReadableSource = Omit<Source, 'storage'> & {
  readonly storage: Pick<Storage, 'url' | 'list' | 'stat' | 'read'>;
};

export async function openSource(
  url: StorageAddress,
  options: Pick<RunOptions, 'prefix' | 'sourceName' | 'storage'> = {},
): Promise<Source> {
  const storage = await openStorage(url, 'legacy', options.storage);
  const container = options.sourceName ?? storage.container;
  if (container === '' || /[/\0]/.test(container)) {
    throw new MdcBridgeError('usage', `"${container}" can't be a container's name`, {
      remedy: 'name the container with --source-name',
    });
  }
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  const digest = createHash('sha256').update(storage.url).digest('hex').slice(0, 8);
  return { storage, container, prefix: prefix === '' ? '' : `${prefix}/`, id: `${container}-${digest}` };
}

/** A plan knows its tree's place; options may only repeat it. */
export async function openPlannedSource(
  url: StorageAddress,
  plan: Plan | undefined,
  options: Pick<RunOptions, 'prefix' | 'sourceName' | 'storage'>,
): Promise<Source> {
  if (plan === undefined) return await openSource(url, options);
  const { prefix = plan.source.prefix, sourceName = plan.source.container, storage } = options;
  return await openSource(url, { prefix, sourceName, ...(storage === undefined ? {} : { storage }) });
}

export function migrationFolder(sourceId: string): string {
  return `_migration/${sourceId}`;
}

/** Of the plan that the last run went by. */
export function planName(sourceId: string): string {
  return `${migrationFolder(sourceId)}/plan.json`;
}

/** Decides by its name within the container whether a source is asked for. */
export function sourceFilter(options: Pick<RunOptions, 'include' | 'exclude'>): (name: string) => boolean {
  const included = patterns(options.include) ?? (() => true);
  const excluded = patterns(options.exclude) ?? (() => false);
  return (name) => included(name) && !excluded(name);
}

/** The value of the first pattern that matches the name; the pattern `*` alone stands for every name. */
export function matchPattern<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  for (const [pattern, value] of Object.entries(table)) {
    if (pattern === '*' || matcher([pattern])(name)) return value;
  }
  return undefined;
}

function patterns(list: readonly string[] | undefined): ((name: string) => boolean) | undefined {
  return list === undefined || list.length === 0 ? undefined : matcher(list);
}

/** Glob patterns as in fast-glob; one without a `/` may match any segment's end, as people expect of `*.csv`. */
function matcher(list: readonly string[]): (name: string) => boolean {
  const globs = list.map((pattern) => (pattern.includes('/') ? pattern : `**/${pattern}`));
  return picomatch(globs, { dot: true });
}
