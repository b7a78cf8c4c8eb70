import { parseDesignationSegment } from '../legacy/designation.js';
import type { MappingSettings } from '../mapping/settings.js';
import { folderRange } from './folder-range.js';
import type { RunOptions } from './run-options.js';
import { sourceFilter } from './source.js';

type Asked = Pick<MappingSettings, 'since' | 'until'> & Pick<RunOptions, 'include' | 'exclude'>;

/** A pattern that asks for a folder by its name, such as a designation: below a month's folder no such folder follows. */
const BY_FOLDER = /^\*\*\/[^/*?{}()[\]!+@]*[^/*?{}()[\]!+@\d][^/*?{}()[\]!+@]*\/\*\*$/;
const MONTH_OR_DAY = /(?:^|\/)([^/]+)\/(\d{4})\/(\d{1,2})(?:\/(\d{1,2}))?\/$/;

/**
 * Whether a folder of the container (`…/inputs/2019/03/`) need be listed: decided at months and days, since a number above them
 * may be a model's version. `undefined` if everything was asked for.
 */
export function folderFilter(asked: Asked): ((folder: string) => boolean) | undefined {
  const { since, until, include = [], exclude = [] } = asked;
  const included = include.length > 0 && include.every((pattern) => BY_FOLDER.test(pattern)) ? include : [];
  const excluded = exclude.filter((pattern) => BY_FOLDER.test(pattern));
  if (since === undefined && until === undefined && included.length + excluded.length === 0) return undefined;
  const inRange = folderRange(asked);
  const isAskedFor = sourceFilter({ include: included, exclude: excluded });
  return (folder) => {
    const [, designation, year, month = '', day] = MONTH_OR_DAY.exec(folder) ?? [];
    // Behind free text such a pair may be a model named 2019 and its version 3.
    if (designation === undefined || parseDesignationSegment(designation).kind === 'free') return true;
    return isAskedFor(`${folder}data.csv`) && daysOf(Number(year), Number(month), day).some(inRange);
  };
}

/** The days of a month's folder, or the one of a day's. No such day: none, but then it is listed and told as what it is. */
function daysOf(year: number, month: number, day: string | undefined): string[] {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const date = (d: number): string => `${String(year).padStart(4, '0')}-${pad(month)}-${pad(d)}`;
  if (day !== undefined) return [date(Number(day))];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return [date(1), date(last), ...Array.from({ length: last - 2 }, (_, d) => date(d + 2))];
}
