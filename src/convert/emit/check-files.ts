import { parse } from 'yaml';
import { MdcBridgeError } from '../../errors.js';
import { isLegalAssetName, isLegalEndpointName } from './asset-names.js';
import { MAX_COLLECTIONS } from './deployment-file.js';
import type { EmittedFile } from './emitted-file.js';

type Block = Readonly<Record<string, unknown>>;

/**
 * Azure ML's loaders accept names that the service refuses, and schedules that have nothing to read: so this check comes first.
 *
 * @throws MdcBridgeError `plan`, with everything that is wrong.
 */
export function checkFiles(files: readonly EmittedFile[]): void {
  const faults = [...files.flatMap(faultsOf), ...repeatedNames(files)];
  if (faults.length === 0) return;
  throw new MdcBridgeError('plan', `Azure ML would refuse what is to be written:\n  ${faults.join('\n  ')}`, {
    remedy: 'convert with other names: the `names` of the plan, or --endpoint, --deployment, --collection',
  });
}

/** What is wrong with one file, as sentences that begin with its path. */
export function faultsOf({ kind, path, text }: EmittedFile): string[] {
  const root: unknown = parse(text, { version: '1.1' });
  const faults = isBlock(root) ? FAULTS[kind](root) : ['it is no mapping'];
  return faults.map((fault) => `${path}: ${fault}`);
}

const FAULTS: Readonly<Record<EmittedFile['kind'], (root: Block) => string[]>> = {
  data: dataFaults,
  table: tableFaults,
  deployment: deploymentFaults,
  monitor: monitorFaults,
};

function dataFaults(root: Block): string[] {
  return [
    ...assetName(root['name']),
    ...(isText(root['version']) ? [] : ['its version must be text']),
    ...(isText(root['path']) ? [] : ['it has no path']),
  ];
}

function tableFaults(root: Block): string[] {
  const paths = root['paths'];
  return Array.isArray(paths) && paths.length > 0 ? [] : ['it reads no path'];
}

function deploymentFaults(root: Block): string[] {
  const collections = blockIn(root, 'data_collector', 'collections');
  const names = Object.keys(collections);
  const notText = names.filter((name) => !/^(?:true|false)$/i.test(textIn(collections, name, 'enabled')));
  return [
    ...endpointName('name', root['name']),
    ...endpointName('endpoint_name', root['endpoint_name']),
    ...(names.length === 0 ? ['it collects nothing'] : []),
    ...(names.length > MAX_COLLECTIONS ? [`it has more than ${MAX_COLLECTIONS} collections`] : []),
    ...notText.map((name) => `enabled of ${name} must be the string 'true' or 'false'`),
  ];
}

function monitorFaults(root: Block): string[] {
  const definition = blockIn(root, 'create_monitor');
  const signals = blockIn(definition, 'monitoring_signals');
  const target = textIn(definition, 'monitoring_target', 'endpoint_deployment_id');
  const [, endpoint, deployment] = /^azureml:([^:]*):([^:]*)$/.exec(target) ?? [];
  return [
    ...assetName(root['name']),
    ...endpointName('the endpoint it watches', endpoint),
    ...endpointName('the deployment it watches', deployment),
    ...(textIn(definition, 'compute', 'runtime_version') === '3.4'
      ? []
      : ["runtime_version must be the string '3.4'"]),
    ...(Object.keys(signals).length === 0 ? ['it has no signals, so nothing to read'] : []),
    ...Object.keys(signals).flatMap((name) => signalFaults(name, blockIn(signals, name))),
  ];
}

function signalFaults(name: string, signal: Block): string[] {
  const faults = [
    ...(isLegalAssetName(name) ? [] : [`the signal ${name} has no legal name`]),
    ...['production_data', 'reference_data'].flatMap((side) => inputFaults(name, side, signal)),
  ];
  const production = blockIn(signal, 'production_data', 'data_window');
  if ('window_start' in production || 'window_end' in production) {
    faults.push(`production_data of ${name} trails: it can't have a start or an end`);
  }
  const { window_start: start, window_end: end } = blockIn(signal, 'reference_data', 'data_window');
  if (start === undefined && end === undefined) return faults;
  const isWindow = isDay(start) && isDay(end) && start < end;
  return isWindow
    ? faults
    : [...faults, `the window of ${name} must be two days as text, the later one last`];
}

function inputFaults(name: string, side: string, signal: Block): string[] {
  const path = textIn(signal, side, 'input_data', 'path');
  const [, asset, version] = /^azureml:([^:]+):([^:]+)$/.exec(path) ?? [];
  if (asset === undefined || version === undefined) return [`${side} of ${name} names no data asset`];
  return assetName(asset);
}

/** Endpoint `a-b` with deployment `c`, and endpoint `a` with deployment `b-c`, make one name. */
function repeatedNames(files: readonly EmittedFile[]): string[] {
  const named = files.filter(({ kind }) => kind === 'data' || kind === 'monitor');
  const byName = Map.groupBy(named, ({ kind, name }) => `${kind} ${name}`);
  return [...byName.values()]
    .filter((same) => same.length > 1)
    .map((same) => `one name for several: ${same.map(({ path }) => path).join(' and ')}`);
}

function assetName(name: unknown): string[] {
  if (isText(name) && isLegalAssetName(name)) return [];
  return [`${JSON.stringify(name)} is no name: 1-255 ASCII letters, digits, _ and -, no sign first`];
}

function endpointName(what: string, name: unknown): string[] {
  if (isText(name) && isLegalEndpointName(name)) return [];
  return [`${what} is ${JSON.stringify(name)}: it must be 3-32 ASCII letters, digits and -, a letter first`];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isDay(value: unknown): value is string {
  return isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Empty where there is none. */
function blockIn(root: Block, ...keys: readonly string[]): Block {
  let block = root;
  for (const key of keys) {
    const value = block[key];
    if (!isBlock(value)) return {};
    block = value;
  }
  return block;
}

function textIn(root: Block, ...keys: readonly string[]): string {
  const value = blockIn(root, ...keys.slice(0, -1))[keys.at(-1) ?? ''];
  return isText(value) ? value : '';
}
