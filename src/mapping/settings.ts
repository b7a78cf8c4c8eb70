import { MdcBridgeError } from '../errors.js';
import { compareTimestamps, isTimestamp } from '../legacy/timestamp.js';

/** What may be decided about a migration; all that changes a byte of the result. Every part is optional. */
export interface MappingOptions {
  /** Template for the endpoint's name, of `{sub} {rg} {ws} {service} {model} {version} {designation} {collection}`. */
  readonly endpoint?: string;
  /** Template for the deployment's name. */
  readonly deployment?: string;
  /** Template for the collection's name; without it `model_inputs`, `model_outputs`, `labels`, `signals_web`, ... */
  readonly collection?: string;
  /** Designation → collection, for old free-text identifiers: `{ raw: 'model_inputs' }`. */
  readonly map?: Readonly<Record<string, string>>;
  /** Identity for sources that name none: pattern on the source's name → `sub/rg/ws/service/model/version`. */
  readonly identity?: Readonly<Record<string, string>>;
  /** One row of many predictions → many rows: `auto` where the inputs' call sizes prove it. */
  readonly explode?: 'auto' | 'always' | 'never';
  /** `order` lends uncorrelated predictions the correlation of the input row at the same place of the day. */
  readonly pair?: 'none' | 'order';
  /** What an empty field of a string column becomes. */
  readonly empty?: 'null' | 'string';
  /** Keeps the eight `$aml_*` columns in the rows. */
  readonly keepAmlColumns?: boolean;
  /** Adds a column for joining ground truth. */
  readonly rowId?: RowIdOptions;
  /** Event time, UTC, inclusive: `2024-02-29` or `2024-02-29T12:00:00Z`. */
  readonly since?: string;
  /** Event time, UTC, exclusive. */
  readonly until?: string;
  /** Rows of an event whose JSON is longer than this many bytes go to a file of their own. */
  readonly datarefOver?: number;
  /** Address of the v2 root that datarefs begin with; DEST's own unless told. */
  readonly datarefBase?: string;
  /** Pattern on the source's name → whether its first line is a header. */
  readonly header?: Readonly<Record<string, 'present' | 'absent'>>;
  /** Names for sources without a header, where no other file of the collection gives them. */
  readonly columns?: readonly string[];
  /** Collection (`endpoint/deployment/collection`, or `*`) → number of fields → names, for rows of another width. */
  readonly variants?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface RowIdOptions {
  /** The column's name, `correlation_id` unless told. */
  readonly name?: string;
  /** `user`: the user's part of the correlation id; `correlation`: the consumer's own `{correlationid}_{row}`. */
  readonly by: 'user' | 'correlation';
}

/** `MappingOptions`, resolved once at the edge. Optional parts are those for which absence means something. */
export interface MappingSettings {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection?: string;
  readonly map: Readonly<Record<string, string>>;
  readonly identity: Readonly<Record<string, string>>;
  readonly explode: 'auto' | 'always' | 'never';
  readonly pair: 'none' | 'order';
  readonly empty: 'null' | 'string';
  readonly keepAmlColumns: boolean;
  readonly rowId?: { readonly name: string; readonly by: 'user' | 'correlation' };
  /** As a legacy timestamp, `YYYY-MM-DDTHH:MM:SS[.ffffff]`. */
  readonly since?: string;
  readonly until?: string;
  readonly datarefOver?: number;
  readonly datarefBase?: string;
  readonly header: Readonly<Record<string, 'present' | 'absent'>>;
  readonly columns?: readonly string[];
  readonly variants: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export function resolveSettings(options: MappingOptions = {}): MappingSettings {
  const { rowId, since, until, datarefOver } = options;
  const name = rowId?.name ?? 'correlation_id';
  if (rowId !== undefined && (name === '' || name.toLowerCase() === 'correlationid')) {
    throw new MdcBridgeError('usage', `the row id's column can't be named "${name}"`, {
      remedy: 'choose another name: the monitor adds a column correlationid of its own',
    });
  }
  if (datarefOver !== undefined && !(Number.isSafeInteger(datarefOver) && datarefOver > 0)) {
    throw new MdcBridgeError('usage', `datarefOver must be a positive number of bytes, not ${datarefOver}`);
  }
  const from = since === undefined ? undefined : readTime('since', since);
  const to = until === undefined ? undefined : readTime('until', until);
  if (from !== undefined && to !== undefined && compareTimestamps(from, to) >= 0) {
    throw new MdcBridgeError('usage', `since (${since}) must be before until (${until})`);
  }
  const { collection, datarefBase, columns } = options;
  return {
    endpoint: options.endpoint ?? '{service}',
    deployment: options.deployment ?? '{model}-{version}',
    ...(collection === undefined ? {} : { collection }),
    map: { ...options.map },
    identity: { ...options.identity },
    explode: options.explode ?? 'auto',
    pair: options.pair ?? 'none',
    empty: options.empty ?? 'null',
    keepAmlColumns: options.keepAmlColumns ?? false,
    ...(rowId === undefined ? {} : { rowId: { name, by: rowId.by } }),
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
    ...(datarefOver === undefined ? {} : { datarefOver }),
    ...(datarefBase === undefined ? {} : { datarefBase }),
    header: { ...options.header },
    ...(columns === undefined ? {} : { columns: [...columns] }),
    variants: { ...options.variants },
  };
}

/** A date, or a date and time in UTC, as a legacy timestamp. */
function readTime(option: string, text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(/Z$/, '');
  if (isTimestamp(time)) return time;
  throw new MdcBridgeError('usage', `${option} is no UTC date or time: ${text}`, {
    remedy: 'write it as 2024-02-29 or 2024-02-29T12:00:00Z',
  });
}
