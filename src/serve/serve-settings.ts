import { checkChoice } from '../collect/choice.js';
import type { StageOptions } from '../collect/dual/stage.js';
import { MdcBridgeError } from '../errors.js';
import { STAGES, type Stage } from '../event/stage-line.js';
import type { Environment } from '../legacy/environment.js';
import type { Keeping } from './destination.js';
import type { ServeOptions } from './serve-options.js';

/** What can't change while the server runs, resolved once. */
export interface ServeSettings {
  readonly host: string;
  readonly port: number;
  readonly legacy: string | undefined;
  readonly events: string | undefined;
  readonly keeping: Keeping;
  readonly flushMs: number | undefined;
  readonly maxRequest: number;
  readonly maxRequests: number;
  readonly requestTimeoutMs: number;
  readonly maxCollections: number;
  readonly shutdownMs: number;
}

const MIB = 2 ** 20;
/** A row of CSV has its call's correlation values, and is longer than what was sent. */
const CSV_TIMES = 2;

export function resolveServe(options: ServeOptions): ServeSettings {
  const { maxRequest = 64 * MIB } = options;
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 50011,
    legacy: options.legacy,
    events: options.events,
    keeping: keepingOf(options, maxRequest),
    flushMs: options.flushMs,
    maxRequest,
    maxRequests: options.maxRequests ?? 256,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    maxCollections: options.maxCollections ?? 64,
    shutdownMs: options.shutdownMs ?? 10_000,
  };
}

/** Of one call's CSV. */
export function maxCallBytes({ maxRequest }: ServeSettings): number {
  return CSV_TIMES * Math.max(maxRequest, MIB);
}

function keepingOf({ durability, spool, maxWaiting }: ServeOptions, maxRequest: number): Keeping {
  if (durability === 'memory') {
    return { durability, maxBufferedBytes: maxWaiting ?? 256 * MIB };
  }
  return {
    durability: 'disk',
    folder: spool ?? './mdc-bridge-spool',
    maxSpoolBytes: maxWaiting ?? 1024 * MIB,
    maxUnwrittenBytes: Math.max(64 * MIB, 2 * CSV_TIMES * maxRequest),
  };
}

/**
 * The stage, and the file that changes it: what is told, else `MDC_BRIDGE_STAGE` and `MDC_BRIDGE_STAGE_FILE`, else what the
 * addresses allow.
 *
 * @throws MdcBridgeError `usage` for a stage that there is not, or that an address is missing for.
 */
export function stageOptions(
  told: StageOptions,
  environment: Environment,
  { legacy, events }: { readonly legacy: boolean; readonly events: boolean },
): StageOptions {
  if (!legacy && !events) throw missing('nobody has said where rows go', '--legacy or --events');
  const stage = told.stage ?? stageOf(environment) ?? (legacy && events ? 'dual' : legacy ? 'legacy' : 'v2');
  const stageFile = told.stageFile ?? (environment['MDC_BRIDGE_STAGE_FILE'] || undefined);
  if (!events && (stage === 'dual' || stage === 'v2')) {
    throw missing(`the stage is ${stage}, and nobody has said where events go`, '--events');
  }
  if (!legacy && (stage === 'dual' || stage === 'legacy')) {
    throw missing(`the stage is ${stage}, and nobody has said where the legacy tree is`, '--legacy');
  }
  if (stageFile !== undefined && !(legacy && events)) {
    throw missing('a stage file may ask for both trees, and one is missing', '--legacy and --events');
  }
  return { stage, ...(stageFile === undefined ? {} : { stageFile }) };
}

function stageOf(environment: Environment): Stage | undefined {
  const told = environment['MDC_BRIDGE_STAGE'] || undefined;
  checkChoice('MDC_BRIDGE_STAGE', told, STAGES);
  return told as Stage | undefined;
}

function missing(what: string, option: string): MdcBridgeError {
  return new MdcBridgeError('usage', what, {
    remedy: `give ${option} with the root: a folder, or a container's URL`,
  });
}
