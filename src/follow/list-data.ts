import { folderRange } from '../convert/folder-range.js';
import type { Plan } from '../convert/plan-file.js';
import type { RunOptions } from '../convert/run-options.js';
import { type Source, sourceFilter } from '../convert/source.js';
import { parseDataPath } from '../legacy/data-path.js';
import type { MappingSettings } from '../mapping/settings.js';
import type { StoredObject } from '../storage/storage.js';
import { dayBefore } from './follow-clock.js';

/** A data file of the legacy tree, as it was listed. */
export interface ListedData extends Pick<StoredObject, 'size' | 'etag'> {
  /** Within the container. */
  readonly name: string;
  readonly object: string;
  /** The folder's: `2018-12-30`. */
  readonly date: string;
}

/** Which data files are asked for. */
export type Asked = Pick<RunOptions, 'include' | 'exclude' | 'signal'> &
  Pick<MappingSettings, 'since' | 'until'>;

/** Collections that had nothing for so many days are looked at by full passes only. */
const LIVELY_DAYS = 30;

/** The data files below a prefix. */
export async function* listData(
  source: Source,
  prefix: string,
  asked: Asked,
): AsyncGenerator<ListedData, void, void> {
  const isWanted = sourceFilter(asked);
  const isInRange = folderRange(asked);
  for await (const entry of source.storage.list(prefix, asked.signal)) {
    if ('oddity' in entry || entry.archived === true) continue;
    const name = source.prefix + entry.name;
    const path = parseDataPath(name);
    if (path.kind !== 'data' || !isWanted(name) || !isInRange(path.date)) continue;
    yield { name, object: entry.name, size: entry.size, etag: entry.etag, date: path.date };
  }
}

const DATED = /^(.*\/)\d{4}\/\d{1,2}\/\d{1,2}\/(?:\d{1,2}\/)?[^/]+$/;

/** The folders in which live collections write: today's and yesterday's of all that were written to of late. */
export function liveFolders({ files, source: { prefix } }: Plan, now: number): string[] {
  const since = dayBefore(now, LIVELY_DAYS);
  const stems = new Set<string>();
  for (const { source, date } of files) {
    const [, stem] = DATED.exec(source.slice(prefix.length)) ?? [];
    if (stem !== undefined && date >= since) stems.add(stem);
  }
  const days = [dayBefore(now, 1), dayBefore(now, 0)].map((day) => day.replaceAll('-', '/'));
  return [...stems].flatMap((stem) => days.map((day) => `${stem}${day}/`));
}
