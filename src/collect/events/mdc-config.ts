import { readFileSync } from 'node:fs';
import { MdcBridgeError } from '../../errors.js';
import type { Environment } from '../../legacy/environment.js';

/** What the v2 SDK took from its environment (its source, 1.0.0). */
export interface MdcConfig {
  /** Whether the environment says anything of collection, be it on or off: inside an Azure ML endpoint it does. */
  readonly isGiven: boolean;
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** Nothing is sent; what would be is shown. */
  readonly localCapture: boolean;
  /** Requests that may wait. */
  readonly queueCapacity: number;
  isEnabled(collection: string): boolean;
  /** 0-100. */
  sampleRate(collection: string): number;
}

const HOST = '127.0.0.1';
const PORT = 50011;
const QUEUE_CAPACITY = 1500;
const ALL = 100;
/** Collected by the endpoint itself: they alone don't enable custom logging. */
const PAYLOAD_COLLECTIONS: ReadonlySet<string> = new Set(['request', 'response']);
/** Has pandas' `to_string` as the body, which nothing but pandas can write. */
const COMPACT = 'AZUREML_MDC_FORMAT_COMPACT';

/** @throws MdcBridgeError `usage` for a config file that can't be read or is none, and numbers that are none. */
export function readMdcConfig(env: Environment): MdcConfig {
  const path = textOf(env, 'AZUREML_MDC_CONFIG_PATH');
  if (path !== undefined) return { isGiven: true, ...addressOf(env), ...readFile(path) };
  // Of a collector that is off, the SDK looked at nothing else.
  if (!isTrue(env, 'AZUREML_MDC_ENABLED')) {
    return { ...OFF, isGiven: textOf(env, 'AZUREML_MDC_ENABLED') !== undefined };
  }
  if (isTrue(env, COMPACT)) throw noCompactFormat();
  const rate = integerOf(env, 'AZUREML_MDC_SAMPLE_RATE', ALL);
  return {
    ...addressOf(env),
    isGiven: true,
    enabled: true,
    localCapture: isTrue(env, 'AZUREML_MDC_LOCAL_CAPTURE'),
    queueCapacity: integerOf(env, 'AZUREML_MDC_QUEUE_CAPACITY', QUEUE_CAPACITY),
    isEnabled: () => true,
    sampleRate: () => rate,
  };
}

const OFF: Omit<MdcConfig, 'isGiven'> = {
  host: HOST,
  port: PORT,
  enabled: false,
  localCapture: false,
  queueCapacity: QUEUE_CAPACITY,
  isEnabled: () => false,
  sampleRate: () => ALL,
};

function addressOf(env: Environment): Pick<MdcConfig, 'host' | 'port'> {
  return { host: textOf(env, 'AZUREML_MDC_HOST') ?? HOST, port: integerOf(env, 'AZUREML_MDC_PORT', PORT) };
}

function isTrue(env: Environment, name: string): boolean {
  return env[name]?.toLowerCase() === 'true';
}

/** What Python's `int` reads, but for its underscores. */
function integerOf(env: Environment, name: string, otherwise: number): number {
  const text = textOf(env, name);
  if (text === undefined) return otherwise;
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
  throw new MdcBridgeError('usage', `${name} must be a whole number, not ${text}`, {
    remedy: 'mend the variable, or unset it',
  });
}

function textOf(env: Environment, name: string): string | undefined {
  const text = env[name];
  return text === undefined || text === '' ? undefined : text;
}

type FromFile = Pick<MdcConfig, 'enabled' | 'localCapture' | 'queueCapacity' | 'isEnabled' | 'sampleRate'>;

interface ConfigFile {
  readonly runMode?: unknown;
  readonly collections?: Readonly<
    Record<string, { readonly enabled?: unknown; readonly sampleRatePercentage?: unknown } | null>
  >;
}

/** Names are lower-cased there, and looked up as they are given (measured: the SDK's own). */
function readFile(path: string): FromFile {
  const config = parse(path);
  const rates = new Map<string, number>();
  for (const [name, entry] of Object.entries(config.collections ?? {})) {
    if (!isPythonTrue(entry?.enabled)) continue;
    const rate = entry?.sampleRatePercentage ?? ALL;
    if (typeof rate !== 'number') throw noConfig(path, `the sampleRatePercentage of ${name} is no number`);
    rates.set(name.toLowerCase(), rate);
  }
  return {
    enabled: [...rates.keys()].some((name) => !PAYLOAD_COLLECTIONS.has(name)),
    localCapture: config.runMode === 'local',
    queueCapacity: QUEUE_CAPACITY,
    isEnabled: (collection) => rates.has(collection),
    sampleRate: (collection) => rates.get(collection) ?? ALL,
  };
}

/** The SDK asks for Python's truth: the text "false" is true, and an empty list is not. */
function isPythonTrue(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

function parse(file: string): ConfigFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw noConfig(file, 'it can’t be read as JSON', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw noConfig(file, 'it holds no object');
}

function noConfig(file: string, why: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `AZUREML_MDC_CONFIG_PATH names no collector's configuration: ${why}`, {
    place: { file },
    cause,
    remedy: 'mend the file (JSON with runMode and collections), or unset the variable',
  });
}

function noCompactFormat(): MdcBridgeError {
  return new MdcBridgeError(
    'usage',
    `${COMPACT} asks for pandas' own text of a frame, which is not supported`,
    {
      remedy: 'unset the variable: the rows are then sent as JSON, the format that monitors read',
    },
  );
}
