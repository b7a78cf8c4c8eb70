import { MdcBridgeError } from '../../errors.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { FileCensus } from '../census/file-census.js';
import type { Identity, LongList } from '../plan-file.js';
import { matchPattern } from '../source.js';
import type { CensusFacts } from './census-facts.js';
import type { ListedSource } from './list-sources.js';

/** A source of which it is known whose it is. */
export interface IdentifiedSource extends ListedSource {
  readonly identity: Identity;
  readonly designation: string;
  readonly collectionName: string;
}

/** Finds whose each source is: from its rows, its path, its siblings, or `--identity`. */
export class IdentityFinder {
  readonly #facts: CensusFacts;
  readonly #settings: MappingSettings;
  readonly #bySibling: ReadonlyMap<string, Identity | undefined>;
  /** Workspaces are compared without case; the first source's spelling stands for all. */
  readonly #spellings = new Map<string, string>();
  #unknown = 0;
  #firstUnknown = '';

  constructor(sources: LongList<ListedSource>, facts: CensusFacts, settings: MappingSettings) {
    this.#facts = facts;
    this.#settings = settings;
    this.#bySibling = siblingIdentities(sources, facts);
  }

  /** To be asked of every source, in their order. */
  find(source: ListedSource, index: number): Identity {
    const given = matchIdentity(this.#settings, source.name);
    const ofSiblings = this.#facts.isAnonymous(index) ? this.#bySibling.get(siblingKey(source)) : undefined;
    const identity = given ?? ofSiblings ?? this.#facts.ownIdentity(index) ?? pathIdentity(source);
    if (identity === undefined) {
      if (this.#unknown === 0) this.#firstUnknown = source.name;
      this.#unknown += 1;
      return { workspace: '', service: '', model: '', version: '' };
    }
    const key = identity.workspace.toLowerCase();
    const workspace = this.#spellings.get(key) ?? identity.workspace;
    this.#spellings.set(key, workspace);
    return { ...identity, workspace };
  }

  /** Stops if one stayed unknown. */
  finish(): void {
    if (this.#unknown > 0) throw identityNeeded(this.#unknown, this.#firstUnknown);
  }
}

/** What a source's rows, or its path where rows are no help, or the user, say of it by themselves. */
export function ownIdentity(
  source: ListedSource,
  { identities }: FileCensus,
  settings: MappingSettings,
): Identity | undefined {
  const given = matchIdentity(settings, source.name);
  if (given !== undefined) return given;
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
function pathIdentity({ path }: ListedSource): Identity | undefined {
  const { before, designation } = path;
  if (before.length < 4 || (designation.kind === 'known' && designation.prefix !== '')) return undefined;
  const [service = '', model = '', version = ''] = before.slice(-3);
  return { workspace: before.slice(-6, -3).join('/'), service, model, version };
}

/** Sources of the same path before the designation, its prefix included, are siblings. */
function siblingKey({ path }: ListedSource): string {
  const prefix = path.designation.kind === 'known' ? path.designation.prefix : '';
  return `${path.before.join('/')}/${prefix}`;
}

/** What the siblings whose rows say something agree on; nothing is looked for if every source's rows do. */
function siblingIdentities(
  sources: LongList<ListedSource>,
  facts: CensusFacts,
): Map<string, Identity | undefined> {
  const found = new Map<string, Identity | undefined>();
  if (!facts.hasAnonymous()) return found;
  let index = 0;
  for (const source of sources) {
    const identity = facts.ownIdentity(index);
    index += 1;
    if (identity === undefined) continue;
    const key = siblingKey(source);
    const known = found.get(key);
    const agrees = !found.has(key) || (known !== undefined && identityKey(known) === identityKey(identity));
    found.set(key, agrees ? (known ?? identity) : undefined);
  }
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

function identityNeeded(unknown: number, first: string): MdcBridgeError {
  return new MdcBridgeError(
    'plan',
    `${unknown} source${unknown === 1 ? '' : 's'} can't be attributed: neither the path nor the rows name ` +
      `workspace, service, model and version, such as ${first}`,
    {
      place: { file: first },
      remedy: "say whose they are: --identity 'PATTERN=sub/rg/ws/service/model/version'",
    },
  );
}

function joined({ workspace, service, model, version }: Identity): string {
  return `${workspace}/${service}/${model}/${version}`;
}

/** Equal for identities that differ only in the workspace's case. */
export function identityKey({ workspace, service, model, version }: Identity): string {
  return [workspace.toLowerCase(), service, model, version].join('\0');
}
