import { compareTimestamps } from '../../legacy/timestamp.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { FileCensus } from '../census/file-census.js';
import { concat, EMPTY_SEQUENCE, isSameSequence, type SequenceDigest } from '../census/sequence-digest.js';
import { inTurns } from '../in-turns.js';
import type { DayCensus, DesignationDay, LongList, PairPlan } from '../plan-file.js';
import type { Groups } from './groups.js';
import { type IdentifiedSource, identityKey } from './identities.js';
import type { JudgedSource } from './judged-sources.js';

/** By identity and folder day: what is there, and what was decided of the predictions. */
export interface Days {
  readonly censuses: readonly DayCensus[];
  /** Index of a predictions source → number of columns of each row that it is exploded into. */
  readonly explode: ReadonlyMap<number, number>;
  /** Index of a predictions source → where its rows borrow their correlation. */
  readonly pair: ReadonlyMap<number, PairPlan>;
}

interface Day {
  readonly census: DayCensus;
  readonly explode: Days['explode'];
  readonly pair: Days['pair'];
}

interface Member {
  readonly index: number;
  readonly file: JudgedSource;
}

/** What the sources of a day have in common. */
export function dayOf({ identity, path }: IdentifiedSource): string {
  return `${identityKey(identity)}\0${path.date}`;
}

/** Day after day; memory: the sources of one, and what comes of all. */
export async function judgeDays(
  groups: Groups,
  files: LongList<JudgedSource>,
  settings: MappingSettings,
  signal: AbortSignal | undefined,
): Promise<Days> {
  const censuses: DayCensus[] = [];
  const explode = new Map<number, number>();
  const pair = new Map<number, PairPlan>();
  for await (const [, indexes] of inTurns(groups.members(), signal)) {
    const members = [...indexes].map((index): Member => {
      const file = files.at(index);
      if (file === undefined) throw new RangeError(`no source has the index ${index}`);
      return { index, file };
    });
    const day = judgeDay(members, settings);
    censuses.push(day.census);
    for (const [index, columns] of day.explode) explode.set(index, columns);
    for (const [index, plan] of day.pair) pair.set(index, plan);
  }
  return { censuses, explode, pair };
}

function judgeDay(members: readonly Member[], settings: MappingSettings): Day {
  const of = (designation: string): Member[] =>
    members.filter(({ file }) => file.designation === designation);
  const inputs = of('inputs');
  const predictions = of('predictions').filter(({ file }) => file.census.rows > 0);
  const explosion = judgeExplosion(predictions, inputs, settings);
  const pairing = judgePairing(predictions, inputs, explosion.m);
  const [first] = members;
  if (first === undefined) throw new RangeError('a day has at least one source');
  return {
    census: {
      ...first.file.identity,
      date: first.file.path.date,
      byDesignation: countByDesignation(members),
      ...(explosion.why === undefined ? {} : { explode: explosion.why }),
      ...(pairing.why === undefined ? {} : { pair: pairing.why }),
    },
    explode: explosion.m,
    pair: settings.pair === 'order' ? pairing.pair : new Map(),
  };
}

function countByDesignation(members: readonly Member[]): Record<string, DesignationDay> {
  const counts: Record<string, DesignationDay> = {};
  for (const { file } of members) {
    const { rows, correlated, joinable, calls } = file.census;
    const sum = counts[file.designation] ?? { rows: 0, correlated: 0, joinable: 0, calls: 0 };
    counts[file.designation] = {
      rows: sum.rows + rows,
      correlated: sum.correlated + correlated,
      joinable: sum.joinable + joinable,
      calls: sum.calls + calls,
    };
  }
  return counts;
}

function spoilt(census: FileCensus): boolean {
  return Object.keys(census.rejected).length > 0;
}

/** A row is wide if it is not as wide as its file's header (or, without one, has several fields). */
function hasWideRows({ file }: Member): boolean {
  const names = file.census.names[0]?.length ?? 1;
  return file.census.shapes.some(({ uncorrelated, width }) => uncorrelated > 0 && width !== names);
}

/**
 * One row of a request's predictions becomes many where the widths, in order, are the sizes of the inputs' calls: proof that
 * `predictions.collect(model.predict(X))` wrote them.
 */
function judgeExplosion(
  predictions: readonly Member[],
  inputs: readonly Member[],
  settings: MappingSettings,
): { readonly m: ReadonlyMap<number, number>; readonly why?: string } {
  const none = new Map<number, number>();
  if (settings.explode === 'never') return { m: none };
  if (settings.explode === 'always') {
    const m = new Map(predictions.map((member) => [member.index, columnsAsNamed(member)]));
    return { m, why: 'made many rows by --explode always' };
  }
  // Of a day whose rows are all as wide as their header, which is the ordinary case, only a proof is worth a word.
  const wide = predictions.some(hasWideRows);
  const notExploded = (why: string): { m: typeof none; why?: string } =>
    wide ? { m: none, why: `not exploded: ${why}` } : { m: none };
  if (predictions.some(({ file }) => file.census.correlated > 0 || spoilt(file.census))) {
    return notExploded('the day has correlated or rejected prediction rows too');
  }
  const calls = sumOf(inputs.map(({ file }) => file.census.callSizes));
  const back = goesBack(inputs);
  for (const m of candidates(predictions)) {
    const parts = predictions.map(({ file }) => file.census.exploded.find((census) => census.m === m)?.sizes);
    if (parts.some((part) => part === undefined)) continue;
    const sizes = sumOf(parts.filter((part) => part !== undefined));
    if (back ? sizes.sum !== calls.sum || calls.sum === 0 : !isSameSequence(sizes, calls)) continue;
    if (!wide && sizes.sum === sizes.count) return { m: none };
    const why = back
      ? `exploded: ${sizes.sum} predictions, as many as input rows (whose times go back, so only the sums are compared)`
      : `exploded: the widths of ${sizes.count} prediction rows are the sizes of the day's ${calls.count} calls, in order`;
    return { m: new Map(predictions.map(({ index }) => [index, m])), why };
  }
  return notExploded("the widths are not the sizes of the inputs' calls");
}

/** Every number of columns worth trying: 1, and the number of names that all files agree on. */
function candidates(predictions: readonly Member[]): number[] {
  const [first, ...others] = new Set(predictions.map(({ file }) => file.census.names[0]?.length ?? 1));
  return first === undefined || first <= 1 || others.length > 0 ? [1] : [1, first];
}

/** By hand: as many columns as the header names, if every row is a multiple of that; else one. */
function columnsAsNamed({ file }: Member): number {
  const names = file.census.names[0]?.length ?? 1;
  return file.census.exploded.some(({ m, sizes }) => m === names && sizes !== undefined) ? names : 1;
}

function sumOf(digests: readonly SequenceDigest[]): SequenceDigest {
  return digests.reduce(concat, EMPTY_SEQUENCE);
}

function goesBack(members: readonly Member[]): boolean {
  let before: string | undefined;
  return members.some(({ file }) => {
    const { firstTime, lastTime, goesBack: within } = file.census;
    const back = before !== undefined && firstTime !== undefined && compareTimestamps(firstTime, before) < 0;
    before = lastTime ?? before;
    return within || back;
  });
}

/** Whether the k-th prediction row of the day can be taken for the k-th input row's. */
function judgePairing(
  predictions: readonly Member[],
  inputs: readonly Member[],
  explode: ReadonlyMap<number, number>,
): {
  readonly pair: Days['pair'];
  readonly why?: string;
} {
  const pair = new Map<number, PairPlan>();
  if (predictions.every(({ file }) => file.census.correlated === file.census.rows)) return { pair };
  const rowsOf = ({ index, file }: Member): number => {
    const m = explode.get(index);
    const sizes = file.census.exploded.find((census) => census.m === m)?.sizes;
    return sizes?.sum ?? file.census.rows;
  };
  const inputRows = inputs.reduce((sum, { file }) => sum + file.census.rows, 0);
  const outputRows = predictions.reduce((sum, member) => sum + rowsOf(member), 0);
  const why = whyNotPaired(predictions, inputs, explode, inputRows, outputRows);
  if (why !== undefined) return { pair, why: `can't be paired: ${why}` };
  let skip = 0;
  const lenders = inputs.map(({ index }) => index);
  for (const member of predictions) {
    pair.set(member.index, { inputs: lenders, skip });
    skip += rowsOf(member);
  }
  return { pair, why: `could be paired in order: ${inputRows} input rows, as many predictions` };
}

function whyNotPaired(
  predictions: readonly Member[],
  inputs: readonly Member[],
  explode: ReadonlyMap<number, number>,
  inputRows: number,
  outputRows: number,
): string | undefined {
  const complete = ({ file, index }: Member): boolean =>
    explode.has(index) ||
    file.census.shapes.every(({ header, width }) => (file.census.names[header]?.length ?? width) === width);
  if (inputRows === 0) return 'the day has no inputs';
  if (inputs.some(({ file }) => file.census.correlated < file.census.rows))
    return 'inputs without correlation';
  if (predictions.some(({ file }) => file.census.correlated > 0))
    return 'some predictions have a correlation already';
  if ([...inputs, ...predictions].some((member) => spoilt(member.file.census) || !complete(member))) {
    return 'rows of the day are rejected';
  }
  if (inputRows !== outputRows) return `${inputRows} input rows, ${outputRows} predictions`;
  if (goesBack(inputs)) return "the inputs' times go back";
  if (inputs.some(({ file }) => file.census.interrupted > 0 || file.census.recurring.length > 0)) {
    return "the inputs' calls are interleaved";
  }
  return undefined;
}
