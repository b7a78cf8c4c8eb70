import { createHash } from 'node:crypto';

/** Where events of one kind go; the consumer reads one such folder as one collection. */
export interface CollectionPath {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
}

/** A collection file's name under the v2 root: `endpoint/deployment/collection/yyyy/MM/dd/HH/instance.jsonl`. */
export interface EventPath extends CollectionPath {
  /** The UTC hour, `yyyy/MM/dd/HH`. */
  readonly hour: string;
  readonly instance: string;
}

const PATTERN = /^([^/]+)\/([^/]+)\/([^/]+)\/(\d{4}\/\d{2}\/\d{2}\/\d{2})\/([^/]+)\.jsonl$/;

export function formatCollectionPath(path: CollectionPath): string {
  return `${path.endpoint}/${path.deployment}/${path.collection}`;
}

export function formatEventPath(path: EventPath): string {
  return `${formatCollectionPath(path)}/${path.hour}/${path.instance}.jsonl`;
}

/** Where an event's rows go when they are not inline: a name that no consumer takes for events. */
export function formatDatarefPath(path: CollectionPath & { readonly hour: string }, eventId: string): string {
  return `${formatCollectionPath(path)}/${path.hour}/files/${eventId}.json`;
}

/** Absent for every other name. The consumer finds nothing under a name that begins with `_` or `.`. */
export function parseEventPath(name: string): EventPath | undefined {
  const match = PATTERN.exec(name);
  if (match === null || name.split('/').some((segment) => /^[_.]/.test(segment))) return undefined;
  const [, endpoint = '', deployment = '', collection = '', hour = '', instance = ''] = match;
  return { endpoint, deployment, collection, hour, instance };
}

/** The hour folder of an event's `time` (RFC 3339, UTC): `2018-12-30T01:12:06Z` → `2018/12/30/01`. */
export function hourOf(time: string): string {
  return `${time.slice(0, 4)}/${time.slice(5, 7)}/${time.slice(8, 10)}/${time.slice(11, 13)}`;
}

/** The instance name under which a source, or a part of one that is followed, writes in every hour that it touches. */
export function instanceName(container: string, sourceName: string, part = 0): string {
  const digest = createHash('sha256').update(`${container}\0${sourceName}`).digest('hex');
  return `${digest.slice(0, 32)}${String(part).padStart(6, '0')}`;
}

/** The instance name of the same source's first part. Other names stay as they are. */
export function firstInstance(instance: string): string {
  return instance.replace(/^([0-9a-f]{32})\d{6}$/, '$1000000');
}
