import { MdcBridgeError } from '../../errors.js';
import type { EventSettings } from './event-settings.js';

/** Why a collector collects nothing: the v2 SDK's checks, in its order and words. */
export function findProblem(
  name: string,
  { isEnabled, isCollectionEnabled }: EventSettings,
): MdcBridgeError | undefined {
  if (!name) return problem('collection name is not provided', 'give the name of a collection');
  if (!isEnabled) {
    return problem(
      'custom logging is not enabled, drop the data',
      'set AZUREML_MDC_ENABLED to true, or give a storage',
    );
  }
  if (isCollectionEnabled) return undefined;
  return problem(
    `collection ${name} is not enabled, drop the data`,
    'enable it in data_collector.collections of the deployment: names are lower-case there',
  );
}

export function queueClosed(): MdcBridgeError {
  return problem('queue closed', 'close the collector after its last call');
}

export function queueFull(): MdcBridgeError {
  return new MdcBridgeError(
    'storage',
    'Too many requests lead to message queue is full, please reduce the number of requests.',
    { remedy: 'see why nothing is taken (stats().lastError), sample, or await ready()' },
  );
}

function problem(message: string, remedy: string): MdcBridgeError {
  return new MdcBridgeError('usage', message, { remedy });
}
