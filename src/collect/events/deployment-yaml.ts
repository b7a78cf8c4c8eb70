import { parseDocument } from 'yaml';
import { MdcBridgeError } from '../../errors.js';
import { ROLLING_RATES, type RollingRate } from './rolling-folder.js';

/** The `data_collector` block of an online deployment's YAML, with Azure ML's own defaults for what it leaves out. */
export interface DeploymentSettings {
  readonly endpoint: string;
  readonly deployment: string;
  readonly rollingRate: RollingRate;
  /** `request_logging.capture_headers`, for payload logging. */
  readonly captureHeaders: readonly string[];
  readonly collections: ReadonlyMap<string, DeployedCollection>;
}

export interface DeployedCollection {
  readonly enabled: boolean;
  /** The managed identity that writes; the endpoint's own unless told. */
  readonly clientId: string | undefined;
  /** 0-1. */
  readonly samplingRate: number;
  /** The data asset that Azure ML registers. */
  readonly data: {
    readonly name: string;
    /** The collection's own folder. `isGiven` says whether the YAML names it. */
    readonly path: string;
    readonly isGiven: boolean;
    readonly version: string;
  };
}

type Block = Readonly<Record<string, unknown>>;

/** @throws MdcBridgeError `usage` for what is no YAML of a deployment that collects. */
export function parseDeployment(yaml: string): DeploymentSettings {
  const root = parseYaml(yaml);
  const endpoint = textOf(root, 'endpoint_name', '') ?? missing('endpoint_name');
  const deployment = textOf(root, 'name', '') ?? missing('name');
  const block = blockOf(root, 'data_collector', '') ?? missing('data_collector');
  const collections = blockOf(block, 'collections', AT) ?? missing(`${AT}.collections`);
  const samplingRate = rateOf(block, AT);
  const collectionOf = (name: string): DeployedCollection =>
    parseCollection(collections, name, { endpoint, deployment, samplingRate });
  return {
    endpoint,
    deployment,
    rollingRate: rollingRateOf(block),
    captureHeaders: headersOf(block),
    collections: new Map(Object.keys(collections).map((name) => [name, collectionOf(name)])),
  };
}

const AT = 'data_collector';

function parseCollection(
  collections: Block,
  name: string,
  of: { endpoint: string; deployment: string; samplingRate: number | undefined },
): DeployedCollection {
  const at = `${AT}.collections.${name}`;
  const block = blockOf(collections, name, `${AT}.collections`) ?? {};
  const data = blockOf(block, 'data', at) ?? {};
  const path = textOf(data, 'path', `${at}.data`);
  return {
    enabled: switchOf(block, at),
    clientId: textOf(block, 'client_id', at),
    // As in the Python SDK: the rate of all collections, where there is one, is that of each.
    samplingRate: of.samplingRate ?? rateOf(block, at) ?? 1,
    data: {
      name: textOf(data, 'name', `${at}.data`) ?? `${of.endpoint}-${of.deployment}-${name}`,
      path: path ?? `${DEFAULT_ROOT}/${of.endpoint}/${of.deployment}/${name}`,
      isGiven: path !== undefined,
      version: textOf(data, 'version', `${at}.data`) ?? '1',
    },
  };
}

const DEFAULT_ROOT = 'azureml://datastores/workspaceblobstore/paths/modelDataCollector';

function parseYaml(text: string): Block {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw wrong(`it can't be read: ${error.message}`, error);
  const value: unknown = document.toJS();
  return isBlock(value) ? value : missing('data_collector');
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function blockOf(block: Block, key: string, at: string): Block | undefined {
  const value = block[key] ?? undefined;
  if (value === undefined || isBlock(value)) return value;
  throw wrong(`${pathOf(at, key)} must be a mapping`);
}

function textOf(block: Block, key: string, at: string): string | undefined {
  const value = block[key] ?? undefined;
  if (value === undefined || typeof value === 'string') return value?.trim();
  if (typeof value === 'number') return String(value);
  throw wrong(`${pathOf(at, key)} must be text`);
}

/** `'True'`, as the documents have it, or a YAML boolean. */
function switchOf(block: Block, at: string): boolean {
  const text = String(block['enabled'] ?? 'false').toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw wrong(`${at}.enabled must be 'True' or 'False', not ${JSON.stringify(block['enabled'])}`);
}

function rateOf(block: Block, at: string): number | undefined {
  const value = block['sampling_rate'] ?? undefined;
  const rate = value === undefined ? undefined : Number(value);
  if (rate === undefined || (rate >= 0 && rate <= 1)) return rate;
  throw wrong(`${at}.sampling_rate must be a number from 0 to 1, not ${JSON.stringify(value)}`);
}

function rollingRateOf(block: Block): RollingRate {
  const text = textOf(block, 'rolling_rate', AT)?.toLowerCase() ?? 'hour';
  const rate = ROLLING_RATES.find((known) => known === text);
  if (rate !== undefined) return rate;
  throw wrong(`${AT}.rolling_rate must be ${ROLLING_RATES.join(', ')}, not ${JSON.stringify(text)}`);
}

function headersOf(block: Block): readonly string[] {
  const at = `${AT}.request_logging`;
  const headers = blockOf(block, 'request_logging', AT)?.['capture_headers'] ?? [];
  if (Array.isArray(headers) && headers.every((name) => typeof name === 'string')) return headers;
  throw wrong(`${at}.capture_headers must be a list of names`);
}

function pathOf(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function missing(key: string): never {
  throw wrong(`it has no ${key}`);
}

function wrong(what: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `this is no YAML of a deployment that collects data: ${what}`, {
    cause,
    remedy:
      'give the text of the file for az ml online-deployment create, with name, endpoint_name and data_collector.collections',
  });
}
