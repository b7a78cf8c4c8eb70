import { MdcBridgeError } from '../errors.js';

/** What `model_config_map.json` of a deployed v1 service says of one model. */
export interface DeployedModel {
  /** The highest of the model's versions, unless one was asked for. */
  readonly version?: string;
  /** `name:version` of the registry. */
  readonly internalId?: string;
  /** Container and prefix of its data, `{webservice_name}` not yet replaced. */
  readonly storagePath?: string;
  /** `sub/rg/ws`, lower-cased. */
  readonly workspace?: string;
  readonly workspaceId?: string;
}

/**
 * Reads the file as the old SDK did: unknown parts are left alone.
 *
 * @param version the caller's; `undefined` asks for the highest.
 * @throws MdcBridgeError `usage` if the text is no JSON object.
 */
export function readModelConfigMap(
  text: string,
  model: string,
  version: string | undefined,
  file: string,
): DeployedModel {
  const map = parse(text, file);
  const versions = member(member(map, 'modelsInfo'), model);
  const latest = version ?? Object.keys(versions ?? {}).sort((a, b) => rank(b) - rank(a))[0];
  const info = latest === undefined ? undefined : member(versions, latest);
  const account = member(map, 'accountContext');
  const [sub, rg, ws] = ['subscriptionId', 'resourceGroupName', 'accountName'].map((key) =>
    string(account, key),
  );
  const workspace =
    sub === undefined || rg === undefined || ws === undefined
      ? undefined
      : `${sub}/${rg}/${ws}`.toLowerCase();
  return {
    ...optional('version', latest),
    ...optional('internalId', string(info, 'internalId')),
    ...optional('storagePath', string(info, 'dataCollectorStoragePath')),
    ...optional('workspace', workspace),
    ...optional('workspaceId', string(account, 'workspaceId')),
  };
}

/** A version that is no number stands behind all that are. */
function rank(version: string): number {
  const number = Number(version);
  return Number.isNaN(number) ? -1 : number;
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, file: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notAMap(file, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAMap(file);
  return value as Json;
}

function notAMap(file: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', "the deployment's model_config_map.json is no JSON object", {
    place: { file },
    cause,
    remedy: 'mend or remove it, or point AML_APP_ROOT to another folder',
  });
}

function member(object: Json | undefined, key: string): Json | undefined {
  const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'object' && value !== null ? (value as Json) : undefined;
}

function string(object: Json | undefined, key: string): string | undefined {
  const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
