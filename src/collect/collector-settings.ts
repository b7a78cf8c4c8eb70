import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MdcBridgeError } from '../errors.js';
import { TELEMETRY_FILE } from '../legacy/data-path.js';
import { DESIGNATIONS, type Designation, takesCollectionName } from '../legacy/designation.js';
import { type LegacyEnvironment, readLegacyEnvironment } from '../legacy/environment.js';
import { type DeployedModel, readModelConfigMap } from '../legacy/model-config-map.js';
import { checkChoice } from './choice.js';
import type { CollectorDesignation, CollectorOptions } from './collector-options.js';

/** Whose rows these are. */
export interface CollectorIdentity {
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
}

/** Options and environment, resolved once. */
export interface CollectorSettings extends CollectorIdentity {
  readonly designation: Designation;
  readonly featureNames: readonly string[] | undefined;
  readonly file: string;
  /** Of `model_config_map.json`: container, and what stands before the designation; `{webservice_name}` as written. */
  readonly storagePath: StoragePath | undefined;
  readonly environment: LegacyEnvironment;
  readonly telemetry: string | undefined;
}

export interface StoragePath {
  readonly container: string;
  readonly prefix: string;
}

/** @throws MdcBridgeError `usage` for an option that can't be. */
export function resolveCollector(
  model: string,
  designation: CollectorDesignation | undefined,
  featureNames: readonly string[] | undefined,
  options: CollectorOptions,
): CollectorSettings {
  for (const limit of LIMITS) checkLimit(limit, options[limit]);
  checkChoice('fileNames', options.fileNames, ['data', 'sdk']);
  checkChoice('rowStyle', options.rowStyle, ['list', 'dataframe']);
  checkChoice('nested', options.nested, ['rows', 'sdk']);
  const environment = readLegacyEnvironment(options.environment ?? process.env);
  const deployed = deployedModel(environment, model, options.modelVersion);
  const known = knownDesignation(designation ?? options.identifier ?? 'default');
  const service = options.webserviceName ?? environment.serviceName ?? 'default';
  const identity = {
    workspace: (options.workspace ?? deployed.workspace ?? 'default/default/default').toLowerCase(),
    service,
    model: named(model, 'the model'),
    version: options.modelVersion ?? deployed.version ?? 'default',
  };
  return {
    ...identity,
    designation: known,
    // No names are none: a header of them would be a blank line.
    featureNames: featureNames?.length ? [...featureNames] : undefined,
    file: fileOf(known, options),
    storagePath: deployed.storagePath === undefined ? undefined : parseStoragePath(deployed.storagePath),
    environment,
    telemetry: options.telemetry === true ? telemetryOf(environment, deployed) : undefined,
  };
}

const LIMITS = ['maxBufferedBytes', 'flushMs', 'shutdownMs'] as const;

/** Of these numbers, `NaN` would be no limit at all. */
function checkLimit(name: (typeof LIMITS)[number], value: number | undefined): void {
  if (value === undefined || (value >= 0 && Number.isFinite(value))) return;
  throw new MdcBridgeError('usage', `${name} must be a number from 0 on, not ${value}`, {
    remedy: `give ${name === 'maxBufferedBytes' ? 'bytes' : 'milliseconds'}, or leave it out`,
  });
}

function knownDesignation(designation: string): Designation {
  const name = designation === 'default' ? 'general' : designation;
  const known = DESIGNATIONS.find((one) => one === name);
  if (known !== undefined) return known;
  throw new MdcBridgeError('usage', `no such designation: ${designation}`, {
    remedy: `use one of ${DESIGNATIONS.join(', ')}, or default (which is general)`,
  });
}

function named(name: string, what: string): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new MdcBridgeError('usage', `${what} needs a name`, {
    remedy: "new ModelDataCollector('my_model', 'inputs')",
  });
}

/** The SDK names a file by its designation, or by its collection where it takes one. */
function fileOf(designation: Designation, { fileNames = 'data', collectionName }: CollectorOptions): string {
  const collection = takesCollectionName(designation) ? (collectionName ?? 'default') : undefined;
  if (collection !== undefined && (collection.includes('/') || `${collection}.csv` === TELEMETRY_FILE)) {
    throw noFile(collection);
  }
  if (fileNames === 'sdk') return `${collection ?? designation}.csv`;
  return collection === undefined || collection === 'default' ? 'data.csv' : `${collection}.csv`;
}

/** In a folder of its own, or called like the telemetry, `convert` would not take it for collected data. */
function noFile(collection: string): MdcBridgeError {
  return new MdcBridgeError('usage', `no collection can be called ${JSON.stringify(collection)}`, {
    remedy: 'give a name without a slash, other than aml_telemetry: it names the file',
  });
}

function deployedModel(
  { appRoot }: LegacyEnvironment,
  model: string,
  version: string | undefined,
): DeployedModel {
  const file = join(appRoot, 'model_config_map.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new MdcBridgeError('usage', "the deployment's model_config_map.json can't be read", {
      place: { file },
      cause,
      remedy: 'give this user the right to read it, or point AML_APP_ROOT to another folder',
    });
  }
  return readModelConfigMap(text, model, version, file);
}

/** The first segment is the container. What follows stands before the designation as it is: `y` makes `yinputs` (measured). */
function parseStoragePath(path: string): StoragePath {
  const [container = '', ...rest] = path.replace(/^\/+/, '').split('/');
  if (/^\.{0,2}$|\0/.test(container)) {
    throw new MdcBridgeError('usage', `no container can be called ${JSON.stringify(container)}`, {
      remedy: 'mend the dataCollectorStoragePath in model_config_map.json: container/folder',
    });
  }
  return { container, prefix: rest.join('/') };
}

/** Two lines, as measured: names and values are separated by a comma and a space. */
function telemetryOf({ compute }: LegacyEnvironment, deployed: DeployedModel): string {
  const { serviceId, name, type, location } = compute;
  const values = [deployed.workspaceId ?? '', serviceId, deployed.internalId ?? '', name, type, location];
  return `workspaceId, serviceId, modelId, computeName, computeType, computeLocation\n${values.join(', ')}\n`;
}
