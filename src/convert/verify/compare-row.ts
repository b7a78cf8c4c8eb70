import { encodeToken } from '../../mapping/column-types.js';
import { cut } from './cut.js';
import type { ExpectedRow, RowId } from './expected-row.js';
import { objectMembers } from './json-spans.js';
import type { Difference } from './report.js';

/** One row object as it is written. */
export interface WrittenRow {
  /** In the order in which they are written, doubled ones twice. */
  readonly keys: readonly string[];
  /** Each key's last value, as its JSON text. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Numbers are taken by their source text, which is what JSON.parse read before it made a double of it; everything else by its
 * value, so that another way to escape a character is no other value.
 */
export function readWrittenRow(text: string): WrittenRow {
  const members = objectMembers(text);
  const sources = new Map(members.map(({ key, from, to }) => [key, text.slice(from, to)]));
  parseWithSource(text, (key, value, source) => {
    if (source !== undefined && sources.has(key)) {
      sources.set(key, typeof value === 'number' ? source : JSON.stringify(value));
    }
  });
  return { keys: members.map(({ key }) => key), sources };
}

/** Where the row's values are not what its fields say; none if it is only written otherwise. */
export function valueDifferences(expected: ExpectedRow, written: WrittenRow, rowId?: RowId): Difference[] {
  const required = requiredValues(expected, rowId);
  const differences: Difference[] = [];
  for (const [column, { token, json }] of required) {
    const source = written.sources.get(column);
    if (source !== json) {
      differences.push({ column, legacy: cut(token), ...(source === undefined ? {} : { v2: cut(source) }) });
    }
  }
  for (const [column, source] of written.sources) {
    if (!required.has(column)) differences.push({ column, v2: cut(source) });
  }
  return differences;
}

/** How a row with the right values is not written as it must be. */
export function writingFlaw(expected: ExpectedRow, written: WrittenRow, rowId?: RowId): string {
  const names = [...requiredValues(expected, rowId).keys()];
  if (written.keys.length > names.length) return 'a key stands twice in the row';
  if (written.keys.some((key, i) => key !== names[i]))
    return 'the keys stand in another order than the columns';
  return 'the values are right but written otherwise (spaces or escapes)';
}

/** A sentence for a row that differs. */
export function describeDifferences(differences: readonly Difference[]): string {
  const names = differences.map(({ column }) => JSON.stringify(column));
  if (isExchanged(differences)) return `the values of ${names.join(' and ')} are exchanged`;
  return differences.length === 1
    ? `the value of ${names[0]} differs`
    : `${differences.length} values differ: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}

/** From 0 to 1: the share of columns in which two rows differ. */
export function unlikeness(expected: ExpectedRow, written: WrittenRow): number {
  const columns = Math.max(1, expected.columns.length);
  return Math.min(1, valueDifferences(expected, written).length / columns);
}

function requiredValues(row: ExpectedRow, rowId?: RowId): Map<string, { token: string; json: string }> {
  const required = new Map<string, { token: string; json: string }>();
  row.columns.forEach(({ name, type }, i) => {
    const token = row.tokens[i] ?? '';
    required.set(name, { token, json: encodeToken(token, type, row.empty) ?? '' });
  });
  if (rowId !== undefined) {
    required.set(rowId.name, { token: rowId.value ?? '', json: JSON.stringify(rowId.value) });
  }
  return required;
}

function isExchanged(differences: readonly Difference[]): boolean {
  const [a, b] = differences;
  if (differences.length !== 2 || a?.v2 === undefined || b?.v2 === undefined) return false;
  return [a.v2, unquoted(a.v2)].includes(b.legacy ?? '') && [b.v2, unquoted(b.v2)].includes(a.legacy ?? '');
}

function unquoted(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

type Visit = (key: string, value: unknown, source: string | undefined) => void;

/** Since Node 21; the compiler's library does not know the third argument yet. */
type ReviverWithSource = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parseWithSource(text: string, visit: Visit): void {
  const reviver: ReviverWithSource = (key, value, { source }) => {
    visit(key, value, source);
    return value;
  };
  JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}
