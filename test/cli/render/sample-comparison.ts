import { type CallCounts, noCalls } from '../../../src/convert/compare/call-counts.js';
import type {
  CallExample,
  CollectionComparison,
  CompareReport,
} from '../../../src/convert/compare/report.js';

export function counts(some: Partial<CallCounts> = {}): CallCounts {
  return { ...noCalls(), legacy: 1200, v2: 1200, both: 1200, ...some };
}

export function collection(some: Partial<CollectionComparison> = {}): CollectionComparison {
  const side = {
    files: 1,
    bytes: 1000,
    rows: 1200,
    newest: '2024-02-29T11:50:00.000Z',
    lagSeconds: 600,
    unreadable: 0,
  };
  const all = some.counts ?? counts();
  return {
    endpoint: 'svc',
    deployment: 'm-1',
    collection: 'model_inputs',
    counts: all,
    stageWriters: 0,
    hours: [{ hour: '2024-02-29T11:00Z', counts: all }],
    legacy: side,
    v2: { ...side, lagSeconds: 1200 },
    examples: [],
    ...some,
  };
}

export function comparison(
  collections: readonly CollectionComparison[] = [collection()],
  some: Partial<CompareReport> = {},
): CompareReport {
  return {
    kind: 'mdc-bridge comparison',
    version: 1,
    legacy: 'file:///legacy/modeldata',
    v2: 'file:///v2',
    v2Writer: 'mdc-bridge',
    at: '2024-02-29T12:00:00.000Z',
    pendingFrom: '2024-02-29T11:45:00.000Z',
    ok: true,
    counts: collections[0]?.counts ?? counts(),
    collections,
    leftOut: [],
    bytes: { legacy: 4_000_000, v2: 9_000_000 },
    ...some,
  };
}

export function example(some: Partial<CallExample> = {}): CallExample {
  return {
    kind: 'different',
    correlationId: '4331a496-194d-41db-882d-3142ef07677f',
    time: '2024-02-29T11:20:00.000Z',
    legacy: { source: 'sub/rg/ws/svc/m/1/inputs/2024/02/29/inputs.csv', offset: 120, rows: 1 },
    v2: { object: 'svc/m-1/model_inputs/2024/02/29/11/a.jsonl', line: 7, rows: 1 },
    in: 'values',
    differences: [{ row: 0, column: 'age', legacy: '63', v2: '64' }],
    ...some,
  };
}
