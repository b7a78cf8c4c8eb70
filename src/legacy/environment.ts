import { MdcBridgeError } from '../errors.js';

/** A process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the old SDK took from its environment (its Python source and, for the native part, its documentation). */
export interface LegacyEnvironment {
  /** `AML_MODEL_DC_STORAGE_ENABLED` is exactly `true`. */
  readonly enabled: boolean;
  /** `AML_MODEL_DC_DEBUG` is `true`, in any case: rows are printed. */
  readonly debug: boolean;
  /** `AML_MODEL_DC_STORAGE`: a connection string. A secret. */
  readonly connection: string | undefined;
  /** `AML_MODEL_DC_BOUNDARY` is exactly `hour`. */
  readonly hourly: boolean;
  readonly serviceName: string | undefined;
  /** Of `…_FLUSH_WINDOW_LENGTH` and `…_COMMIT_WINDOW_LENGTH`, which are minutes. */
  readonly flushMs: number | undefined;
  readonly commitMs: number | undefined;
  /** `…_DATA_WINDOW_LENGTH`: so many bytes are sent before the time is up. */
  readonly flushBytes: number | undefined;
  /** `…_MAX_SINGLE_BUFFER_SIZE` */
  readonly maxBufferedBytes: number | undefined;
  /** Where `model_config_map.json` lies: `AML_APP_ROOT`. */
  readonly appRoot: string;
  /** What `aml_telemetry.csv` says: `SERVICE_ID`, `COMPUTE_NAME`, `COMPUTE_TYPE`, `COMPUTE_LOCATION`. */
  readonly compute: {
    readonly serviceId: string;
    readonly name: string;
    readonly type: string;
    readonly location: string;
  };
}

const STORAGE = 'AML_MODEL_DC_STORAGE';
const MINUTE_MS = 60_000;

/** @throws MdcBridgeError `usage` for a length that is no positive number. */
export function readLegacyEnvironment(env: Environment): LegacyEnvironment {
  const length = (name: string, unit: number): number | undefined => {
    const text = textOf(env, name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value > 0 && Number.isFinite(value)) return value * unit;
    throw new MdcBridgeError('usage', `${name} must be a positive number, not ${text}`, {
      remedy: `set it to a number of ${unit === 1 ? 'bytes' : 'minutes'}, or unset it`,
    });
  };
  return {
    enabled: env['AML_MODEL_DC_STORAGE_ENABLED'] === 'true',
    debug: env['AML_MODEL_DC_DEBUG']?.toLowerCase() === 'true',
    connection: textOf(env, STORAGE),
    hourly: env['AML_MODEL_DC_BOUNDARY'] === 'hour',
    serviceName: textOf(env, 'SERVICE_NAME'),
    flushMs: length(`${STORAGE}_FLUSH_WINDOW_LENGTH`, MINUTE_MS),
    commitMs: length(`${STORAGE}_COMMIT_WINDOW_LENGTH`, MINUTE_MS),
    flushBytes: length(`${STORAGE}_DATA_WINDOW_LENGTH`, 1),
    maxBufferedBytes: length(`${STORAGE}_MAX_SINGLE_BUFFER_SIZE`, 1),
    appRoot: textOf(env, 'AML_APP_ROOT') ?? '/var/azureml-app',
    compute: {
      serviceId: env['SERVICE_ID'] ?? '',
      name: env['COMPUTE_NAME'] ?? '',
      type: env['COMPUTE_TYPE'] ?? '',
      location: env['COMPUTE_LOCATION'] ?? '',
    },
  };
}

function textOf(env: Environment, name: string): string | undefined {
  const text = env[name];
  return text === undefined || text === '' ? undefined : text;
}
