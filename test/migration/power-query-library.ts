import { parse } from 'csv-parse/sync';
import { type MFunction, type MList, type MRecord, MTable, type MValue } from './power-query.js';

/** Container → blob's name → content. */
export type Account = Readonly<Record<string, ReadonlyMap<string, Uint8Array>>>;

/** As much of Power Query's library as the runbook's queries call, by Microsoft's reference. */
export function library(account: Account): Readonly<Record<string, MValue>> {
  return {
    'AzureStorage.Blobs': (url) =>
      table(
        Object.entries(account).map(([name, blobs]) => ({
          Name: name,
          Data: table(
            [...blobs].map(([blob, Content]) => ({ Content, Name: blob, 'Folder Path': `${url}/${name}/` })),
          ),
        })),
      ),
    'Csv.Document': (content) => {
      // v1 mixed two line ends in one file.
      const lines = parse(text(content), { record_delimiter: ['\r\n', '\n'] }) as string[][];
      const names = (lines[0] ?? []).map((_, i) => `Column${i + 1}`);
      return new MTable(
        names,
        lines.map((cells) => new Map(names.map((name, i) => [name, cells[i] ?? null]))),
      );
    },
    'Json.Document': (given) => fromJson(JSON.parse(given as string)),
    'Lines.FromBinary': (content) => {
      const lines = text(content).split(/\r\n|\n/);
      return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    },
    'List.Combine': (lists) => (lists as readonly MList[]).flat(),
    'List.Transform': (list, by) => (list as MList).map((one) => (by as MFunction)(one)),
    'List.TransformMany': (list, many, by) =>
      (list as MList).flatMap((one) =>
        ((many as MFunction)(one) as MList).map((inner) => (by as MFunction)(one, inner)),
      ),
    'MissingField.UseNull': 'MissingField.UseNull',
    'QuoteStyle.Csv': 'QuoteStyle.Csv',
    'Record.FieldNames': (record) => [...(record as MRecord).keys()],
    'Table.Combine': (tables) => {
      const all = tables as readonly MTable[];
      return new MTable(
        [...new Set(all.flatMap(({ columns }) => columns))],
        all.flatMap(({ rows }) => rows),
      );
    },
    'Table.FromRecords': (records, columns) =>
      new MTable(columns as readonly string[], records as readonly MRecord[]),
    'Table.PromoteHeaders': (given) => {
      const { columns, rows } = given as MTable;
      const [header, ...rest] = rows;
      const names = columns.map((column) => String(header?.get(column)));
      return new MTable(
        names,
        rest.map((row) => new Map(columns.map((column, i) => [names[i] ?? '', row.get(column) ?? null]))),
      );
    },
    'Table.SelectRows': (given, by) => {
      const { columns, rows } = given as MTable;
      return new MTable(
        columns,
        rows.filter((row) => (by as MFunction)(row) === true),
      );
    },
    'Text.Contains': (whole, part) => (whole as string).includes(part as string),
    'Text.EndsWith': (whole, part) => (whole as string).endsWith(part as string),
    'Text.TrimEnd': (whole, what) => {
      let trimmed = whole as string;
      while (trimmed.endsWith(what as string)) trimmed = trimmed.slice(0, -1);
      return trimmed;
    },
    'TextEncoding.Utf8': 65001,
  };
}

function table(rows: readonly Readonly<Record<string, MValue>>[]): MTable {
  return new MTable(
    Object.keys(rows[0] ?? {}),
    rows.map((row) => new Map(Object.entries(row))),
  );
}

function text(content: MValue | undefined): string {
  return Buffer.from(content as Uint8Array).toString('utf8');
}

function fromJson(value: unknown): MValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value as MValue;
  return new Map(Object.entries(value).map(([name, one]) => [name, fromJson(one)]));
}
