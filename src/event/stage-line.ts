/** Where a service stands on its way: nothing is written, the legacy tree, both, or events alone. */
export type Stage = 'off' | 'legacy' | 'dual' | 'v2';

export const STAGES: readonly Stage[] = ['off', 'legacy', 'dual', 'v2'];

/** What a writer of events does, and of how many calls it writes them. */
export interface StageState {
  readonly stage: Stage;
  /** 0-100: of the calls in stage `dual`, by a hash of their correlation id. */
  readonly ramp: number;
  /** 0-100: of all calls, by the same hash. */
  readonly samplingRate: number;
}

/** A line of the record that a writer of events keeps beside them: its state from a time on. */
export interface StageLine extends StageState {
  /** RFC 3339 with microseconds, by the clock of the writer's calls: a call of that time, or later, is of this state. */
  readonly at: string;
  /** `endpoint/deployment/collection` */
  readonly collection: string;
}

const FOLDER = '_migration/stages/';

/** Below the v2 root. `instance`: the name of the writer's event files. */
export function stageRecordPath(instance: string): string {
  return `${FOLDER}${instance}.jsonl`;
}

/** The writer's instance; absent for every other name. */
export function parseStageRecordPath(name: string): string | undefined {
  return /^_migration\/stages\/([^/]+)\.jsonl$/.exec(name)?.[1];
}

/** Of all records. */
export const STAGE_RECORDS: string = FOLDER;

/** `time`: milliseconds since 1970; the fraction holds microseconds. */
export function formatStageLine(
  time: number,
  collection: string,
  { stage, ramp, samplingRate }: StageState,
): string {
  const micros = Math.floor(time * 1000);
  const second = Math.floor(micros / 1_000_000);
  const fraction = String(micros - second * 1_000_000).padStart(6, '0');
  const at = `${new Date(second * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
  return `${JSON.stringify({ at, collection, stage, ramp, samplingRate } satisfies StageLine)}\n`;
}

/** `undefined` for what is no such line. */
export function parseStageLine(text: string): StageLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  const { at, collection, stage, ramp, samplingRate } = line as Partial<Record<keyof StageLine, unknown>>;
  const known = STAGES.find((one) => one === stage);
  if (typeof at !== 'string' || Number.isNaN(instantOf(at)) || typeof collection !== 'string')
    return undefined;
  if (known === undefined || !isPercentage(ramp) || !isPercentage(samplingRate)) return undefined;
  return { at, collection, stage: known, ramp, samplingRate };
}

/** An RFC 3339 time in UTC → milliseconds since 1970; the fraction holds what stands behind the third decimal. NaN for other text. */
export function instantOf(time: string): number {
  const [, seconds = '', fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(time) ?? [];
  const start = Date.parse(`${seconds}Z`);
  return start + Math.floor(Number(`0.${fraction}0`) * 1e6) / 1000;
}

function isPercentage(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}
