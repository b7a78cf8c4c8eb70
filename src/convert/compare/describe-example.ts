import { type ByteString, encodeText } from '../../csv/byte-string.js';
import { cut } from '../verify/cut.js';
import type { CallRecord } from './call-record.js';
import type { Compared, CompareInput } from './compare-input.js';
import type { CompareRules } from './compare-task.js';
import type { RawExample } from './hour-tallies.js';
import { readString } from './json-at.js';
import { addField, type LegacyColumn } from './legacy-cells.js';
import { type ReadCall, type ReadLegacyCall, readEventCall, readLegacyCall } from './read-again.js';
import type { CallExample, CellDifference } from './report.js';
import { RowsHash } from './rows-hash.js';
import { columnHash } from './text-hash.js';

const MOST_DIFFERENCES = 8;

/** Reads a call again where it stands, to say whose it is and what is wrong with it. */
export async function describeExample(
  { kind, legacy, v2 }: RawExample,
  { plan, trees }: CompareInput,
  { rules, tasks, events }: Compared,
): Promise<CallExample> {
  const file = legacy === undefined ? undefined : plan.files.at(legacy.file);
  const object = v2 === undefined ? undefined : events.names[v2.file];
  const task = legacy === undefined ? undefined : tasks.of(legacy.file);
  const [a, b] = await Promise.all([
    legacy === undefined || task === undefined
      ? undefined
      : readLegacyCall(legacy, task, trees.legacy, rules),
    v2 === undefined || object === undefined ? undefined : readEventCall(v2, object, trees.v2),
  ]);
  const correlationId = b?.correlationId ?? a?.correlationId;
  const both = legacy !== undefined && v2 !== undefined;
  return {
    kind,
    ...(correlationId === undefined ? {} : { correlationId }),
    time: new Date((legacy ?? v2)?.time ?? 0).toISOString(),
    ...(legacy === undefined || file === undefined
      ? {}
      : { legacy: { source: file.source, offset: legacy.offset, rows: legacy.rows } }),
    ...(v2 === undefined || object === undefined ? {} : { v2: { object, line: v2.line, rows: v2.rows } }),
    ...(kind === 'different' && both ? { in: whatDiffers(legacy, v2) } : {}),
    differences: kind !== 'different' || a === undefined || b === undefined ? [] : differences(a, b, rules),
  };
}

function whatDiffers(a: CallRecord, b: CallRecord): NonNullable<CallExample['in']> {
  if (a.rows !== b.rows) return 'number of rows';
  return a.sumA === b.sumA && a.sumB === b.sumB ? 'order of rows' : 'values';
}

/** Cells that differ, the first few: row by row as they stand, and rows of one side alone by their columns. */
function differences(legacy: ReadLegacyCall, v2: ReadCall, rules: CompareRules): CellDifference[] {
  const found: CellDifference[] = [];
  for (let row = 0; row < Math.max(legacy.rows.length, v2.rows.length); row += 1) {
    const [a, b] = [legacy.rows[row], v2.rows[row]];
    for (const column of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
      if (column === rules.rowId?.name) continue;
      const [field, json] = [a?.get(column), b?.get(column)];
      if (field !== undefined && json !== undefined) {
        const known = legacy.columns.get(column);
        if (known === undefined || isSame(known, field, json, rules)) continue;
      }
      if (found.length === MOST_DIFFERENCES) return found;
      found.push({
        ...{ row, column },
        ...(field === undefined ? {} : { legacy: cut(field) }),
        ...(json === undefined ? {} : { v2: cut(json) }),
      });
    }
  }
  return found;
}

function isSame(column: LegacyColumn, field: string, json: string, rules: CompareRules): boolean {
  const [a, b] = [new RowsHash(rules.writer === 'azure'), new RowsHash(rules.writer === 'azure')];
  const bytes = encodeText(field);
  addField(a, column, bytes, 0, bytes.length, rules.empty);
  addJson(b, columnHash(encodeText(column.name)), encodeText(json));
  a.endRow();
  b.endRow();
  return a.orderA === b.orderA && a.orderB === b.orderB;
}

function addJson(rows: RowsHash, column: number, json: ByteString): void {
  if (json === 'null') rows.addNull(column);
  else if (json === 'true' || json === 'false') rows.addBoolean(column, json === 'true');
  else if (json.startsWith('"')) {
    const value = readString(json);
    rows.addText(column, value, 0, value.length);
  } else if (!rows.addNumber(column, json, 0, json.length)) rows.addOther(column, json, 0, json.length);
}
