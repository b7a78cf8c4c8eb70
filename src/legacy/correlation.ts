import { hasTimestampForm } from './timestamp.js';

/** The eight columns the SDK appends to every `inputs` row and to correlated rows elsewhere, in its order. */
export const CORRELATION_COLUMNS = [
  '$aml_dc_correlation_id',
  '$aml_dc_scoring_timestamp',
  '$aml_dc_boundary',
  '$aml_workspace',
  '$aml_service_name',
  '$aml_model_name',
  '$aml_model_version',
  '$aml_request_id',
] as const;

const COUNT = CORRELATION_COLUMNS.length;

/** The eight values by their columns' names: what the SDK's `collect` returns, and its `add_correlations` takes. */
export type CorrelationFields = Readonly<Record<(typeof CORRELATION_COLUMNS)[number], string | number>>;

/** The request id of rows that no Flask request served. */
export const NO_REQUEST_ID = '00000000-0000-0000-0000-000000000000';

/** The eight values at the end of a correlated row, as written; the timestamp may still be impossible. */
export interface Correlation {
  /** Empty in rows that can't be joined: they are packed like rows without the eight values. */
  readonly id: string;
  /** UTC, `YYYY-MM-DDTHH:MM:SS[.ffffff]` by form. */
  readonly timestamp: string;
  /** Minutes: `60` or `1440`. */
  readonly boundary: string;
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
  readonly requestId: string;
}

/**
 * True if the last eight fields are such values. By form only (a timestamp, then `60` or `1440`), never by equality
 * with the path: `general` rows can carry another collector's model (measured: `corr_df/general`).
 */
export function endsWithCorrelation(fields: readonly string[]): boolean {
  const n = fields.length;
  if (n < COUNT) return false;
  const boundary = fields[n - 6];
  return (boundary === '1440' || boundary === '60') && hasTimestampForm(fields[n - 7] ?? '');
}

/** The eight values of a row for which `endsWithCorrelation` holds. */
export function readCorrelation(fields: readonly string[]): Correlation {
  const [id, timestamp, boundary, workspace, service, model, version, requestId] = fields.slice(-COUNT);
  return {
    id: id ?? '',
    timestamp: timestamp ?? '',
    boundary: boundary ?? '',
    workspace: workspace ?? '',
    service: service ?? '',
    model: model ?? '',
    version: version ?? '',
    requestId: requestId ?? '',
  };
}

/** A header cell without the wrapping of a two-level column index: `('$aml_dc_boundary', '')` (measured: `df_multi`). */
function bareName(cell: string): string {
  const match = /^\('(\$aml_[a-z_]+)', ''\)$/.exec(cell);
  return match?.[1] ?? cell;
}

export function isAmlName(cell: string): boolean {
  return bareName(cell).startsWith('$aml_');
}

export function holdsCorrelationColumns(header: readonly string[]): boolean {
  const present = new Set(header.map(bareName));
  return CORRELATION_COLUMNS.every((name) => present.has(name));
}

/**
 * The user's names in a header: all of it, less the eight when it ends with them in their order. In another order they are
 * data: someone has moved the columns, and the rows' values with them.
 */
export function withoutCorrelationColumns(header: readonly string[]): readonly string[] {
  const tail = header.slice(-COUNT).map(bareName);
  const ends = tail.length === COUNT && CORRELATION_COLUMNS.every((name, i) => tail[i] === name);
  return ends ? header.slice(0, -COUNT) : header;
}

/** A real request id (Flask's); absent where the SDK wrote zeros, or nothing. */
export function requestIdOf(row: Pick<Correlation, 'requestId'> | undefined): string | undefined {
  return row === undefined || row.requestId === '' || row.requestId === NO_REQUEST_ID
    ? undefined
    : row.requestId;
}

const USER_ID = /^(.*)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/s;

/** The caller's own part of a correlation id: `collect(data, userCorrelationId)` had the SDK put a UUID behind it. */
export function userPartOf(id: string): string | undefined {
  return USER_ID.exec(id)?.[1];
}

/** The number of user fields in a row: all of them, or all but the eight. */
export function userWidth(fields: readonly string[], correlated: boolean): number {
  return correlated ? fields.length - COUNT : fields.length;
}
