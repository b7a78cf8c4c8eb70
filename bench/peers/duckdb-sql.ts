import { CORRELATION_COLUMNS, NO_REQUEST } from '../generate/correlation-columns.ts';
import type { Column, TreeCollection } from '../generate/tree-manifest.ts';
import { constantAttributes } from './event-envelope.ts';

const SQL_TYPES: Readonly<Record<Column['type'], string>> = {
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
};

export interface Copy {
  readonly collection: TreeCollection;
  /** CSV files of the collection. */
  readonly sources: readonly string[];
  readonly folder: string;
  /** What the names of its event files begin with. */
  readonly name: string;
  /**
   * What keeps a call's rows in their order: that one thread feeds `string_agg` in the order of the file, or an ORDER BY over
   * a row number, which any number of threads may do and which costs twice the time.
   */
  readonly order: 'one thread' | 'row number';
}

/** Sources → their hours' event files. FORMAT json can't PARTITION_BY before DuckDB 2.0, so the lines are made as text. */
export function copyStatement({ collection, sources, folder, name, order }: Copy): string {
  const isNumbered = order === 'row number';
  const rows = readCsv(collection, sources);
  return `
    COPY (
      SELECT ${eventLine(collection)} AS line, time[:10] AS day, time[12:13] AS hour
      FROM (
        SELECT
          "$aml_dc_correlation_id" AS call,
          any_value("$aml_dc_scoring_timestamp") AS time,
          any_value("$aml_request_id") AS request,
          '[' || string_agg(to_json(${rowStruct(collection)})::VARCHAR, ','${isNumbered ? ' ORDER BY n' : ''}) || ']' AS data
        FROM ${isNumbered ? `(SELECT *, row_number() OVER () AS n FROM ${rows})` : rows}
        GROUP BY "$aml_dc_correlation_id"
      )
    ) TO ${quoted(folder)} (
      FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '',
      PARTITION_BY (day, hour), FILENAME_PATTERN ${quoted(`${name}_{i}`)}, FILE_EXTENSION 'jsonl', OVERWRITE_OR_IGNORE
    )`;
}

/** Types are given, as our plan gives them: sniffing them would cost a pass over the head of every file. */
function readCsv({ columns }: TreeCollection, sources: readonly string[]): string {
  const types = [
    ...columns.map(({ name, type }) => `${quoted(name)}: ${quoted(SQL_TYPES[type])}`),
    // The time is only cut and copied, so it stays text.
    ...CORRELATION_COLUMNS.map((name) => `${quoted(name)}: 'VARCHAR'`),
  ];
  return `read_csv([${sources.map(quoted).join(', ')}], auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    nullstr = ['', 'nan'], columns = {${types.join(', ')}})`;
}

function rowStruct({ columns }: TreeCollection): string {
  return `{${columns.map(({ name }) => `${quoted(name)}: "${name}"`).join(', ')}}`;
}

/** Ids are written without escaping, which is quicker and right for the ids in these trees. */
function eventLine(collection: TreeCollection): string {
  const { source, type } = constantAttributes(collection);
  const parts = [
    quoted('{"specversion":"1.0","id":"'),
    'uuid()',
    quoted(`","source":"${source}","type":"${type}","datacontenttype":"application/json","time":"`),
    'time',
    quoted('Z","data":'),
    'data',
    quoted(',"contentrange":"bytes 0-'),
    '(strlen(data) - 1)',
    quoted('/'),
    'strlen(data)',
    quoted('","correlationid":"'),
    'call',
    quoted('","xrequestid":"'),
    `CASE request WHEN ${quoted(NO_REQUEST)} THEN call ELSE request END`,
    quoted('","modelversion":"default","collectdatatype":"pandas.core.frame.DataFrame","agent":"duckdb"}'),
  ];
  return parts.join(' || ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
