import type { CollectionPath } from '../../event/event-path.js';
import type { HistoricCollection, Role } from './historic-collection.js';

/** A deployment with its collections, in the order of their names. */
export interface HistoricDeployment extends Omit<CollectionPath, 'collection'> {
  readonly collections: readonly HistoricCollection[];
}

/** Of each endpoint the deployment that was used last; the higher version of two that were used to the same moment. */
export function newestDeployments(collections: readonly HistoricCollection[]): HistoricDeployment[] {
  const newest = new Map<string, HistoricDeployment>();
  for (const deployment of Map.groupBy(collections, (one) => `${one.endpoint}/${one.deployment}`).values()) {
    const [first] = deployment;
    if (first === undefined) continue;
    const { endpoint, deployment: name } = first;
    const candidate = { endpoint, deployment: name, collections: deployment };
    const known = newest.get(endpoint);
    if (known === undefined || isNewer(candidate, known)) newest.set(endpoint, candidate);
  }
  return [...newest.values()];
}

/** The one that a monitor reads; by its usual name, if several are of that kind. */
export function collectionOf(
  { collections }: HistoricDeployment,
  role: Role,
  usual: string,
): HistoricCollection | undefined {
  const all = collections.filter((one) => one.role === role);
  return all.find(({ collection }) => collection === usual) ?? all[0];
}

function isNewer(a: HistoricDeployment, b: HistoricDeployment): boolean {
  const [latestA, latestB] = [latestOf(a), latestOf(b)];
  if (latestA !== latestB) return latestA > latestB;
  const [versionA = '', versionB = ''] = [a, b].map((one) => one.collections[0]?.identity.version);
  const [numberA, numberB] = [Number(versionA), Number(versionB)];
  return numberA === numberB || Number.isNaN(numberA) || Number.isNaN(numberB)
    ? versionA > versionB
    : numberA > numberB;
}

function latestOf({ collections }: HistoricDeployment): string {
  return collections.reduce((latest, one) => (one.latest > latest ? one.latest : latest), '');
}
