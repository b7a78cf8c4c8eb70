import type { CollectionPath } from '../../event/event-path.js';
import type { AssetRoot } from './asset-root.js';

/** Azure ML's own first version, and ours. */
export const ASSET_VERSION = '1';

/** What Azure ML registers by itself once a deployment collects. */
export function liveAssetName({ endpoint, deployment, collection }: CollectionPath): string {
  return `${endpoint}-${deployment}-${collection}`;
}

/** History in a folder of its own never takes the live asset's name: Azure ML could not register it then. */
export function historyAssetName(path: CollectionPath, root: AssetRoot): string {
  return root.isLive ? liveAssetName(path) : `${liveAssetName(path)}-history`;
}

export function tableAssetName(path: CollectionPath, root: AssetRoot): string {
  return `${historyAssetName(path, root)}-table`;
}

export function monitorName({ endpoint, deployment }: CollectionPath): string {
  return `${endpoint}-${deployment}-monitor`;
}

export function assetReference(name: string): string {
  return `azureml:${name}:${ASSET_VERSION}`;
}

/** Of data assets and schedules. */
export function isLegalAssetName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/.test(name);
}

/** Of endpoints and deployments. */
export function isLegalEndpointName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]$/.test(name);
}

/** Of registered models and environments. */
export function isLegalModelName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,254}$/.test(name);
}
