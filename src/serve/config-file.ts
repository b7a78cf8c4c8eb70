import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { type DeploymentSettings, parseDeployment } from '../collect/events/deployment-yaml.js';
import { MdcBridgeError } from '../errors.js';
import { STAGES } from '../event/stage-line.js';
import { DESIGNATIONS } from '../legacy/designation.js';
import type { RowOptions, ServeOptions, StaticOptions } from './serve-options.js';

/** What a configuration's file says. */
export interface ConfigFile {
  readonly file: string;
  readonly options: RowOptions & StaticOptions;
  /** Of a file with a `data_collector`. */
  readonly deployment: DeploymentSettings | undefined;
}

/** Ours. */
const BLOCK = 'mdc_bridge';
/** Where a file of the block alone does not name them. */
const UNNAMED = { name: 'default', endpoint_name: 'default' };

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isCount: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const oneOf =
  (choices: readonly string[]): Check =>
  (value) =>
    choices.some((choice) => choice === value);
const textsOf =
  (check: Check): Check =>
  (value) =>
    isBlock(value) && Object.values(value).every(check);

/** Each option that the block may have; the compiler asks for new ones here. */
const ROW_CHECKS: Readonly<Record<keyof RowOptions, Check>> = {
  stage: oneOf(STAGES),
  stageFile: isText,
  workspace: isText,
  service: isText,
  model: isText,
  modelVersion: (value) => isText(value) || isCount(value),
  endpoint: isText,
  deployment: isText,
  designations: textsOf(oneOf(DESIGNATIONS)),
  fileNames: oneOf(['data', 'sdk']),
  dateColumns: (value) => Array.isArray(value) && value.every(isText),
  redact: textsOf(oneOf(['drop', 'mask', 'hash'])),
};
/** These need a new start. */
const STATIC_CHECKS: Readonly<Record<keyof StaticOptions, Check>> = {
  host: isText,
  port: isCount,
  legacy: isText,
  events: isText,
  durability: oneOf(['disk', 'memory']),
  spool: isText,
  maxWaiting: isCount,
  flushMs: isCount,
  maxRequest: isCount,
  maxRequests: isCount,
  requestTimeoutMs: isCount,
  maxCollections: isCount,
  shutdownMs: isCount,
};
const CHECKS: Readonly<Record<string, Check>> = { ...ROW_CHECKS, ...STATIC_CHECKS };

/** @throws MdcBridgeError `usage` for a file that can't be read, or has what is no option. */
export function readConfigFile(file: string): ConfigFile {
  const root = readYaml(file);
  const block = root[BLOCK] ?? {};
  if (!isBlock(block)) throw wrong(file, `${BLOCK} is no mapping`);
  return { file, options: optionsOf(block, file), deployment: deploymentOf(root, file) };
}

/** The caller's options before the file's. */
export function withConfig(options: ServeOptions, { options: ofFile }: ConfigFile): ServeOptions {
  return { ...ofFile, ...options };
}

/** @throws MdcBridgeError `usage` if another option differs than those that may change while the server runs. */
export function checkStatic({ options, file }: ConfigFile, before: ConfigFile): void {
  const names = Object.keys(STATIC_CHECKS) as (keyof StaticOptions)[];
  const changed = names.find((name) => options[name] !== before.options[name]);
  if (changed === undefined) return;
  const name = changed.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw new MdcBridgeError('usage', `${BLOCK}.${name} can't change while the server runs`, {
    place: { file },
    remedy: 'start the server anew; the spool keeps what waits',
  });
}

function optionsOf(block: Block, file: string): ConfigFile['options'] {
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(block)) {
    const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) throw wrong(file, `${BLOCK} has no option ${key}`);
    if (!check(value)) throw wrong(file, `${BLOCK}.${key} can't be ${JSON.stringify(value)}`);
    options[name] = name === 'modelVersion' ? String(value) : value;
  }
  return options as ConfigFile['options'];
}

/** As the deployment's own YAML is read, with its defaults. */
function deploymentOf(root: Block, file: string): DeploymentSettings | undefined {
  if (root['data_collector'] === undefined && root['collections'] === undefined) return undefined;
  const { name, endpoint_name } = { ...UNNAMED, ...root };
  const data_collector = root['data_collector'] ?? root;
  try {
    return parseDeployment(stringify({ name, endpoint_name, data_collector }));
  } catch (error) {
    if (!(error instanceof MdcBridgeError)) throw error;
    throw wrong(file, error.message, error);
  }
}

/** Whether the file names its endpoint and deployment. */
export function isNamed({ endpoint, deployment }: DeploymentSettings): boolean {
  return endpoint !== UNNAMED.endpoint_name || deployment !== UNNAMED.name;
}

type Block = Readonly<Record<string, unknown>>;

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readYaml(file: string): Block {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw wrong(file, 'it can’t be read as YAML', cause);
  }
  if (isBlock(value)) return value;
  throw wrong(file, 'it holds no mapping');
}

function wrong(file: string, why: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `this is no configuration of serve: ${why}`, {
    place: { file },
    cause,
    remedy: `give an online deployment's YAML, or its data_collector; options of serve stand below ${BLOCK}`,
  });
}
