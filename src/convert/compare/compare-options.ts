import { MdcBridgeError } from '../../errors.js';
import type { MappingOptions } from '../../mapping/settings.js';
import type { RunOptions } from '../run-options.js';
import type { V2Writer } from './compare-task.js';
import { type Gate, parseGate } from './gate.js';

/** How the legacy tree's names and columns are to be read is said as for a conversion. */
export interface CompareOptions extends MappingOptions, RunOptions {
  /** Whose events the v2 tree holds: `azure` for Azure's own collector. */
  readonly v2Writer?: V2Writer;
  /** How old a call must be, in seconds, before one side may miss it; 900 unless told. */
  readonly maxLagSeconds?: number;
  /** Collection → per cent of the calls that the v2 side collects; unless told, what its record of stages says, else 100. */
  readonly sample?: Readonly<Record<string, number>>;
  /** `missing=0,different=0,hours=24`. */
  readonly gate?: string;
  /** Examples of each kind and collection; 5 unless told. */
  readonly maxExamples?: number;
  /** The time to measure lag by; the clock's unless told. */
  readonly now?: Date;
}

export interface CompareSettings {
  readonly writer: V2Writer;
  readonly maxLagMs: number;
  readonly sample: Readonly<Record<string, number>>;
  readonly gate: Gate | undefined;
  readonly maxExamples: number;
}

const MAX_LAG_SECONDS = 900;
const MAX_EXAMPLES = 5;

/** @throws MdcBridgeError `usage` */
export function resolveCompareOptions(options: CompareOptions): CompareSettings {
  const { maxLagSeconds = MAX_LAG_SECONDS, maxExamples = MAX_EXAMPLES, sample = {}, gate } = options;
  if (!(maxLagSeconds >= 0 && Number.isFinite(maxLagSeconds))) {
    throw new MdcBridgeError('usage', `maxLagSeconds must be a number of seconds, not ${maxLagSeconds}`);
  }
  if (!(Number.isSafeInteger(maxExamples) && maxExamples >= 0)) {
    throw new MdcBridgeError('usage', `maxExamples must be a number of examples, not ${maxExamples}`);
  }
  for (const [collection, rate] of Object.entries(sample)) {
    if (rate >= 0 && rate <= 100) continue;
    throw new MdcBridgeError('usage', `the rate of ${collection} must be from 0 to 100 %, not ${rate}`);
  }
  return {
    writer: options.v2Writer ?? 'mdc-bridge',
    maxLagMs: maxLagSeconds * 1000,
    sample: { ...sample },
    gate: gate === undefined ? undefined : parseGate(gate),
    maxExamples,
  };
}
