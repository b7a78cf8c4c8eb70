import type {
  CollectionPlan,
  ColumnPlan,
  DayCensus,
  DesignationDay,
  FilePlan,
  Plan,
} from '../../../src/convert/plan-file.js';
import { resolveSettings } from '../../../src/mapping/settings.js';

/** Small parts of a plan, each with what a test does not care about filled in. */
export function column(part: Partial<ColumnPlan> = {}): ColumnPlan {
  return { name: 'age', type: 'integer', counts: { integer: 10 }, samples: { integer: '41' }, ...part };
}

export function collection(part: Partial<CollectionPlan> = {}): CollectionPlan {
  return {
    endpoint: 'svc',
    deployment: 'model-1',
    collection: 'model_inputs',
    columns: [column()],
    variants: {},
    unnamed: [],
    renames: [],
    ...part,
  };
}

type FilePart = Partial<Omit<FilePlan, 'counts'>> & { readonly counts?: Partial<FilePlan['counts']> };

export function file(part: FilePart = {}): FilePlan {
  return {
    source: 'sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv',
    size: 1_000_000,
    etag: '1',
    name: 0,
    collection: 0,
    date: '2024-02-29',
    header: { verdict: 'present', why: 'its first line names columns' },
    shapes: [{ header: 0, width: 1, columns: ['age'] }],
    recurring: [],
    ...part,
    counts: {
      lines: 11,
      headers: 1,
      blanks: 0,
      rows: 10,
      correlated: 10,
      calls: 5,
      rejected: {},
      otherIdentity: 0,
      bom: false,
      ...part.counts,
    },
  };
}

export function designationDay(rows: number, correlated: number, joinable: number): DesignationDay {
  return { rows, correlated, joinable, calls: rows };
}

export function day(
  date: string,
  byDesignation: Readonly<Record<string, DesignationDay>>,
  part: Partial<DayCensus> = {},
): DayCensus {
  return {
    workspace: 'sub/rg/ws',
    service: 'svc',
    model: 'model',
    version: '1',
    date,
    byDesignation,
    ...part,
  };
}

export function plan(part: Partial<Plan> = {}): Plan {
  return {
    kind: 'mdc-bridge plan',
    version: 1,
    mapping: 1,
    source: { url: 'file:///data/modeldata', container: 'modeldata', prefix: '', id: 'modeldata-01234567' },
    settings: resolveSettings(),
    names: [
      {
        workspace: 'sub/rg/ws',
        service: 'svc',
        model: 'model',
        version: '1',
        designation: 'inputs',
        collectionName: '',
        endpoint: 'svc',
        deployment: 'model-1',
        collection: 'model_inputs',
      },
    ],
    collections: [collection()],
    files: [file()],
    days: [day('2024-02-29', { inputs: designationDay(10, 10, 10) })],
    leftOut: [],
    lineage: [],
    notes: [],
    ...part,
  };
}
