import { MdcBridgeError } from '../../errors.js';
import { checkChoice } from '../choice.js';
import type { EventCollectorOptions } from './event-options.js';
import { type MdcConfig, readMdcConfig } from './mdc-config.js';

/** Whether and what a collector collects, resolved once. */
export interface EventSettings {
  readonly config: MdcConfig;
  readonly hasStorage: boolean;
  /** Custom logging at all, and this collection. */
  readonly isEnabled: boolean;
  readonly isCollectionEnabled: boolean;
  /** 0-100. */
  readonly sampleRate: number;
}

const LIMITS = ['maxBufferedBytes', 'flushMs', 'shutdownMs', 'queueCapacity', 'timeoutMs'] as const;

/** @throws MdcBridgeError `usage` for an option, or a configuration, that can't be. */
export function resolveEventCollector(name: string, options: EventCollectorOptions): EventSettings {
  for (const limit of LIMITS) checkNumber(limit, options[limit], Number.MAX_VALUE);
  checkNumber('sampleRatePercentage', options.sampleRatePercentage, 100);
  checkChoice('floatFormat', options.floatFormat, ['full', 'pandas']);
  const config = readMdcConfig(options.environment ?? process.env);
  const hasStorage = options.storage !== undefined || options.path !== undefined;
  // Whoever names a storage, where no environment says anything, collects.
  const isFree = hasStorage && !config.isGiven;
  return {
    config,
    hasStorage,
    isEnabled: options.enabled ?? (isFree || config.enabled),
    isCollectionEnabled:
      options.collections?.includes(name) ?? options.enabled ?? (isFree || config.isEnabled(name)),
    sampleRate: options.sampleRatePercentage ?? (isFree ? 100 : config.sampleRate(name)),
  };
}

/** `NaN` would be no limit at all. */
function checkNumber(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 0 && value <= most)) return;
  const range = most === 100 ? 'from 0 to 100' : 'from 0 on';
  throw new MdcBridgeError('usage', `${name} must be a number ${range}, not ${value}`, {
    remedy: most === 100 ? 'give a percentage, 0 to 100' : 'give another number, or leave it out',
  });
}
