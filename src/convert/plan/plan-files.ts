import type { FileCounts, FilePlan, PairPlan, RowShape } from '../plan-file.js';
import { identityKey } from './identities.js';
import type { JudgedSource } from './judged-sources.js';

/** What was decided of a source elsewhere. */
export interface FileDecisions {
  /** Indexes into the plan's lists. */
  readonly name: number;
  readonly collection: number;
  readonly shapes: readonly RowShape[];
  readonly explode: number | undefined;
  readonly pair: PairPlan | undefined;
  /** Rows that no names are for. */
  readonly unnamedRows: number;
}

export function planFile(source: JudgedSource, decided: FileDecisions): FilePlan {
  const { census, path } = source;
  const { explode, pair } = decided;
  return {
    source: source.name,
    size: source.size,
    etag: source.etag,
    name: decided.name,
    collection: decided.collection,
    date: path.date,
    ...(path.hour === undefined ? {} : { hour: path.hour }),
    header: source.header,
    shapes: decided.shapes,
    ...(explode === undefined ? {} : { explode }),
    ...(pair === undefined ? {} : { pair }),
    counts: countsOf(source, explode === undefined ? decided.unnamedRows : 0),
    recurring: census.recurring,
    ...(census.interrupted === 0 && census.recurring.length === 0 ? { adjacent: true } : {}),
    ...(census.splits === undefined ? {} : { splits: census.splits }),
    ...(census.firstTime === undefined ? {} : { firstTime: census.firstTime }),
    ...(census.lastTime === undefined ? {} : { lastTime: census.lastTime }),
  };
}

function countsOf({ census, identity }: JudgedSource, width: number): FileCounts {
  const others = census.identities.filter((one) => identityKey(one.identity) !== identityKey(identity));
  return {
    lines: census.lines,
    headers: census.headers,
    blanks: census.blanks,
    rows: census.rows,
    correlated: census.correlated,
    calls: census.calls,
    rejected: { ...(width === 0 ? {} : { width }), ...census.rejected },
    otherIdentity: others.reduce((sum, { rows }) => sum + rows, 0),
    bom: census.bom,
  };
}
