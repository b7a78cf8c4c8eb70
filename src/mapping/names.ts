import { createHash } from 'node:crypto';
import { MdcBridgeError } from '../errors.js';
import { takesCollectionName } from '../legacy/designation.js';
import type { MappingSettings } from './settings.js';

const MAX_LENGTH = 32;
const KEPT_LENGTH = 25;

/** What a legacy file's names are, before they become endpoint, deployment and collection. */
export interface LegacyNames {
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
  /** One of the five, or free text. */
  readonly designation: string;
  /** `''` where there is none. */
  readonly collectionName: string;
}

export interface EventNames {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
}

export function mapNames(names: LegacyNames, settings: MappingSettings): EventNames {
  return {
    endpoint: legalName(fill(settings.endpoint, names), '-'),
    deployment: legalName(fill(settings.deployment, names), '-'),
    collection: legalName(collectionOf(names, settings), '_'),
  };
}

/** The collection name a data file's name carries: `web.csv` → `web`; none for `default` and `data`. */
export function collectionNameOf(designation: string, file: string): string {
  const stem = file.replace(/\.csv$/, '');
  return takesCollectionName(designation) && stem !== 'default' && stem !== 'data' ? stem : '';
}

function collectionOf(names: LegacyNames, { map, collection }: MappingSettings): string {
  const { designation, collectionName } = names;
  const mapped = Object.hasOwn(map, designation) ? map[designation] : undefined;
  if (mapped !== undefined) return mapped;
  if (collection !== undefined) return fill(collection, names);
  if (designation === 'inputs' || designation === 'predictions') {
    return designation === 'inputs' ? 'model_inputs' : 'model_outputs';
  }
  return collectionName === '' ? designation : `${designation}_${collectionName}`;
}

function fill(template: string, names: LegacyNames): string {
  const [sub = '', rg = '', ws = ''] = splitWorkspace(names.workspace);
  const { service, model, version, designation, collectionName } = names;
  const values: Readonly<Record<string, string>> = {
    sub,
    rg,
    ws,
    service,
    model,
    version,
    designation,
    collection: collectionName,
  };
  return template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw new MdcBridgeError('usage', `the template ${template} has an unknown part {${name}}`, {
      remedy: `the parts are ${Object.keys(values)
        .map((key) => `{${key}}`)
        .join(' ')}`,
    });
  });
}

/** A workspace of fewer than three segments is all workspace. */
function splitWorkspace(workspace: string): string[] {
  const parts = workspace.split('/');
  return parts.length === 3 ? parts : ['', '', workspace];
}

/**
 * Makes a name that Azure ML accepts and the consumer can see: ASCII letters, digits and single separators, a letter first,
 * 3-32 characters. A longer one is cut and told apart by a hash of its untouched text. Case is kept.
 */
export function legalName(text: string, separator: '-' | '_'): string {
  // The separator itself is in the runs: there are never two in a row.
  let name = text.replace(/[^A-Za-z0-9]+/g, separator).replace(/^[-_]|[-_]$/g, '');
  if (!/^[A-Za-z]/.test(name)) name = `m${separator}${name}`;
  if (name.length < 3) name += name.endsWith(separator) ? '0' : `${separator}0`;
  if (name.length <= MAX_LENGTH) return name;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 6);
  const kept = name.slice(0, KEPT_LENGTH);
  return `${kept.endsWith(separator) ? kept.slice(0, -1) : kept}${separator}${hash}`;
}
