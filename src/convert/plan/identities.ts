import { MdcBridgeError } from '../../errors.js';
import { collectionNameOf } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { FileCensus } from '../census/file-census.js';
import type { Identity } from '../plan-file.js';
import { matchPattern } from '../source.js';
import type { ListedSource } from './list-sources.js';

/** A source that was read. */
export interface CensusedSource extends ListedSource {
  readonly census: FileCensus;
}

/** A source of which it is known whose it is. */
export interface IdentifiedSource extends CensusedSource {
  readonly identity: Identity;
  readonly designation: string;
  readonly collectionName: string;
}

/** Finds whose each source is: from its rows, its path, its siblings, or `--identity`; stops if one stays unknown. */
export function identifySources(
  sources: readonly CensusedSource[],
  settings: MappingSettings,
): IdentifiedSource[] {
  const own = sources.map((source) => matchIdentity(settings, source.name) ?? ownIdentity(source));
  const bySibling = siblingIdentities(sources, own);
  const unknown: string[] = [];
  const identified = sources.map((source, i) => {
    const carriesNothing = source.census.identities.length === 0;
    const given = matchIdentity(settings, source.name);
    const identity =
      given ??
      (carriesNothing ? bySibling.get(siblingKey(source)) : undefined) ??
      own[i] ??
      pathIdentity(source);
    if (identity === undefined) unknown.push(source.name);
    const { designation } = source.path.designation;
    return {
      ...source,
      identity: identity ?? { workspace: '', service: '', model: '', version: '' },
      designation,
      collectionName: collectionNameOf(designation, source.path.file),
    };
  });
  if (unknown.length > 0) throw identityNeeded(unknown);
  return unifyWorkspaceCase(identified);
}

/** What a source's rows, or its path where rows are no help, say of it by themselves. */
function ownIdentity(source: CensusedSource): Identity | undefined {
  const { identities } = source.census;
  const before = source.path.before.join('/').toLowerCase();
  const ofThePath = identities.find(({ identity }) => joined(identity).toLowerCase() === before);
  if (ofThePath !== undefined) return ofThePath.identity;
  if (identities.length === 0) return undefined;
  const path = pathIdentity(source);
  if (path !== undefined) return path;
  const agree = new Set(identities.map(({ identity }) => identityKey(identity))).size === 1;
  return agree ? identities[0]?.identity : undefined;
}

/** From the right: version, model, service, and a workspace of one to three segments. */
function pathIdentity({ path }: CensusedSource): Identity | undefined {
  const { before, designation } = path;
  if (before.length < 4 || (designation.kind === 'known' && designation.prefix !== '')) return undefined;
  const [service = '', model = '', version = ''] = before.slice(-3);
  return { workspace: before.slice(-6, -3).join('/'), service, model, version };
}

/** Sources of the same path before the designation, its prefix included, are siblings. */
function siblingKey({ path }: CensusedSource): string {
  const prefix = path.designation.kind === 'known' ? path.designation.prefix : '';
  return `${path.before.join('/')}/${prefix}`;
}

/** What the siblings whose rows say something agree on. */
function siblingIdentities(
  sources: readonly CensusedSource[],
  own: readonly (Identity | undefined)[],
): Map<string, Identity | undefined> {
  const found = new Map<string, Identity | undefined>();
  sources.forEach((source, i) => {
    const identity = own[i];
    if (identity === undefined) return;
    const key = siblingKey(source);
    const known = found.get(key);
    const agrees = !found.has(key) || (known !== undefined && identityKey(known) === identityKey(identity));
    found.set(key, agrees ? (known ?? identity) : undefined);
  });
  return found;
}

function matchIdentity(settings: MappingSettings, name: string): Identity | undefined {
  const text = matchPattern(settings.identity, name);
  if (text === undefined) return undefined;
  const parts = text.split('/');
  if (parts.length < 4 || parts.some((part) => part === '')) {
    throw new MdcBridgeError('usage', `not an identity: ${text}`, {
      remedy: 'write it as sub/rg/ws/service/model/version, or as workspace/service/model/version',
    });
  }
  const [service = '', model = '', version = ''] = parts.slice(-3);
  return { workspace: parts.slice(0, -3).join('/'), service, model, version };
}

function identityNeeded(unknown: readonly string[]): MdcBridgeError {
  const [first = ''] = unknown;
  return new MdcBridgeError(
    'plan',
    `${unknown.length} source${unknown.length === 1 ? '' : 's'} can't be attributed: neither the path nor the rows name ` +
      `workspace, service, model and version, such as ${first}`,
    {
      place: { file: first },
      remedy: "say whose they are: --identity 'PATTERN=sub/rg/ws/service/model/version'",
    },
  );
}

/** Workspaces are compared without case; the first source's spelling stands for all. */
function unifyWorkspaceCase(sources: readonly IdentifiedSource[]): IdentifiedSource[] {
  const spellings = new Map<string, string>();
  return sources.map((source) => {
    const key = source.identity.workspace.toLowerCase();
    const workspace = spellings.get(key) ?? source.identity.workspace;
    spellings.set(key, workspace);
    return { ...source, identity: { ...source.identity, workspace } };
  });
}

function joined({ workspace, service, model, version }: Identity): string {
  return `${workspace}/${service}/${model}/${version}`;
}

/** Equal for identities that differ only in the workspace's case. */
export function identityKey({ workspace, service, model, version }: Identity): string {
  return [workspace.toLowerCase(), service, model, version].join('\0');
}
