import { type DesignationSegment, parseDesignationSegment } from './designation.js';
import { isDate } from './timestamp.js';

/** The right end of a legacy blob's name, which is fixed; what stands before the designation is not (prefixes). */
export interface DataPath {
  /** The segments before the designation: normally sub, rg, ws, service, model, version. */
  readonly before: readonly string[];
  readonly designation: DesignationSegment;
  /** UTC folder date, zero-padded: `2018-12-30`. */
  readonly date: string;
  /** `00`-`23` in trees written with `AML_MODEL_DC_BOUNDARY=hour`. */
  readonly hour: string | undefined;
  readonly file: string;
}

/** What a name in the tree is. Only `data` is ever converted. */
export type SourceName =
  | ({ readonly kind: 'data' } & DataPath)
  /** `aml_telemetry.csv`: lineage, not collected data. */
  | { readonly kind: 'telemetry'; readonly before: readonly string[] }
  | { readonly kind: 'other'; readonly why: string };

export const TELEMETRY_FILE = 'aml_telemetry.csv';

/**
 * Parses a name from the right: file, optional hour, day, month, year, designation. Date parts may lack their zero
 * (public docs show both). A `/` in a model's name only adds a segment to `before`.
 */
export function parseDataPath(name: string): SourceName {
  const segments = name.split('/');
  const file = segments.at(-1) ?? '';
  if (!file.endsWith('.csv')) return { kind: 'other', why: 'not a .csv file' };
  const dated = parseFolders(segments.slice(0, -1));
  if (typeof dated === 'string') {
    return file === TELEMETRY_FILE
      ? { kind: 'telemetry', before: segments.slice(0, -1) }
      : { kind: 'other', why: dated };
  }
  if (file === TELEMETRY_FILE) return { kind: 'telemetry', before: dated.before };
  return { kind: 'data', file, ...dated };
}

/** The folders of a data file, or why they aren't such. Four numbers at the end mean an hour folder. */
function parseFolders(folders: readonly string[]): Omit<DataPath, 'file'> | string {
  const last = folders.at(-1) ?? '';
  const withHour = isHour(last) && isPart(folders.at(-2)) && isPart(folders.at(-3)) && isYear(folders.at(-4));
  const dateEnd = withHour ? folders.length - 1 : folders.length;
  const [year, month, day] = folders.slice(Math.max(0, dateEnd - 3), dateEnd);
  if (!isYear(year) || !isPart(month) || !isPart(day)) return 'not in a date folder';
  if (!isDate(Number(year), Number(month), Number(day))) return `no such date: ${year}/${month}/${day}`;
  const segment = folders[dateEnd - 4];
  if (segment === undefined || segment === '') return 'no designation before the date';
  return {
    before: folders.slice(0, dateEnd - 4),
    designation: parseDesignationSegment(segment),
    date: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    hour: withHour ? last.padStart(2, '0') : undefined,
  };
}

function isYear(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}$/.test(text);
}

function isPart(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,2}$/.test(text);
}

function isHour(text: string): boolean {
  return isPart(text) && Number(text) < 24;
}

/** A blob's name as the SDK gives it; nothing in it is escaped. Dates are UTC. */
export function formatDataPath({ folder, designation, date, hour, file }: DataPathParts): string {
  const [year, month, day] = date.split('-');
  return `${folder}${designation}/${year}/${month}/${day}/${hour === undefined ? '' : `${hour}/`}${file}`;
}

export interface DataPathParts {
  /** `sub/rg/ws/service/model/version/`; a storage path of `model_config_map.json`, which may end without a slash. */
  readonly folder: string;
  readonly designation: string;
  /** `2018-12-30` */
  readonly date: string;
  /** `00`-`23`, where a blob is an hour's. */
  readonly hour: string | undefined;
  readonly file: string;
}
