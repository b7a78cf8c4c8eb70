import type { DeploymentSettings } from '../collect/events/deployment-yaml.js';
import type { RollingRate } from '../collect/events/rolling-folder.js';
import { Redactor } from '../collect/redact.js';
import type { Designation } from '../legacy/designation.js';
import type { Environment } from '../legacy/environment.js';
import { mapNames } from '../mapping/names.js';
import { resolveSettings } from '../mapping/settings.js';
import { type ConfigFile, isNamed } from './config-file.js';
import type { RowOptions } from './serve-options.js';

/** Whose rows these are. */
export interface ServedIdentity {
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
  readonly endpoint: string;
  readonly deployment: string;
}

/** A collection that the configuration names. */
export interface ConfiguredCollection {
  readonly enabled: boolean;
  /** 0-100. */
  readonly sampleRate: number;
  /** Its own folder, where the configuration names one. */
  readonly path: string | undefined;
}

/** `RowOptions`, resolved once: until the configuration is read again. */
export interface RowSettings extends ServedIdentity {
  readonly designations: Readonly<Record<string, Designation>>;
  readonly fileNames: 'data' | 'sdk';
  readonly dates: ReadonlySet<string>;
  readonly redactor: Redactor | undefined;
  readonly rollingRate: RollingRate;
  /** `undefined`: all that come are written. */
  readonly collections: ReadonlyMap<string, ConfiguredCollection> | undefined;
}

/**
 * @param hasRoot a v2 root is told: collections have no folders of their own.
 * @throws MdcBridgeError `usage` for a redaction that can't be.
 */
export function resolveRows(
  options: RowOptions,
  deployment: ConfigFile['deployment'],
  environment: Environment,
  hasRoot: boolean,
): RowSettings {
  const { redact = {} } = options;
  const key = environment['MDC_BRIDGE_REDACT_KEY'];
  const hasRules = Object.keys(redact).length > 0;
  return {
    ...identityOf(options, deployment, environment),
    designations: options.designations ?? {},
    fileNames: options.fileNames ?? 'data',
    dates: new Set(options.dateColumns),
    redactor: hasRules ? new Redactor({ fields: redact, ...(key ? { key } : {}) }) : undefined,
    rollingRate: deployment?.rollingRate ?? 'hour',
    collections: deployment && configured(deployment, hasRoot),
  };
}

function configured(
  { collections }: DeploymentSettings,
  hasRoot: boolean,
): Map<string, ConfiguredCollection> {
  const all = [...collections].map(
    ([name, { enabled, samplingRate, data }]): [string, ConfiguredCollection] => [
      name,
      { enabled, sampleRate: samplingRate * 100, path: hasRoot ? undefined : data.path },
    ],
  );
  return new Map(all);
}

function identityOf(
  options: RowOptions,
  deployment: ConfigFile['deployment'],
  environment: Environment,
): ServedIdentity {
  const of = (name: string): string | undefined => environment[name] || undefined;
  const workspace = options.workspace ?? of('MDC_BRIDGE_WORKSPACE') ?? armWorkspace(environment);
  const service = options.service ?? of('SERVICE_NAME') ?? 'default';
  const model = options.model ?? of('MDC_BRIDGE_MODEL') ?? 'default';
  const version = options.modelVersion ?? of('MDC_BRIDGE_MODEL_VERSION') ?? 'default';
  const named = deployment !== undefined && isNamed(deployment) ? deployment : undefined;
  const names = { workspace, service, model, version, designation: 'inputs', collectionName: '' };
  const mapped = mapNames(names, resolveSettings());
  return {
    workspace,
    service,
    model,
    version,
    endpoint: options.endpoint ?? of('MDC_BRIDGE_ENDPOINT') ?? named?.endpoint ?? mapped.endpoint,
    deployment: options.deployment ?? of('MDC_BRIDGE_DEPLOYMENT') ?? named?.deployment ?? mapped.deployment,
  };
}

/** As Azure ML tells its containers. */
function armWorkspace(environment: Environment): string {
  const parts = ['SUBSCRIPTION', 'RESOURCEGROUP', 'WORKSPACE_NAME'].map(
    (name) => environment[`AZUREML_ARM_${name}`] ?? '',
  );
  return parts.includes('') ? 'default/default/default' : parts.join('/');
}
