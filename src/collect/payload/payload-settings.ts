import { MdcBridgeError } from '../../errors.js';
import { DeployedCollectors } from '../events/deployed-collectors.js';
import type { EventCollectorOptions } from '../events/event-options.js';
import { CapturedHeaders } from './captured-headers.js';
import {
  PAYLOAD_COLLECTIONS,
  type PayloadCollectionName,
  type PayloadDeploymentOptions,
  type PayloadLoggerOptions,
} from './payload-options.js';

const MAX_BODY_BYTES = 16 * 2 ** 20;
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

/** What a payload logger does, resolved once. */
export interface PayloadSettings {
  readonly headers: CapturedHeaders;
  /** Those that are recorded. */
  readonly collections: readonly PayloadCollectionSettings[];
  readonly maxBodyBytes: number;
  readonly maxBufferedBytes: number;
}

/** Where one collection goes, and how much of it. */
export interface PayloadCollectionSettings {
  readonly name: PayloadCollectionName;
  readonly place: EventCollectorOptions;
  /** 0-100. */
  readonly sampleRate: number;
}

/** @throws MdcBridgeError `usage` for options, or a YAML, that can't be. */
export function resolvePayloadLogger(options: PayloadLoggerOptions): PayloadSettings {
  const {
    maxBodyBytes = MAX_BODY_BYTES,
    maxBufferedBytes = MAX_BUFFERED_BYTES,
    flushMs,
    shutdownMs,
  } = options;
  const limits = { maxBodyBytes, maxBufferedBytes, flushMs, shutdownMs };
  for (const [name, value] of Object.entries(limits)) checkLimit(name, value, Number.MAX_VALUE);
  const { captureHeaders, collections } =
    'deploymentYaml' in options ? ofDeployment(options) : ofOptions(options);
  for (const { sampleRate } of collections) checkLimit('sampleRatePercentage', sampleRate, 100);
  return { headers: new CapturedHeaders(captureHeaders), collections, maxBodyBytes, maxBufferedBytes };
}

interface Recorded {
  readonly captureHeaders: readonly string[];
  readonly collections: readonly PayloadCollectionSettings[];
}

function ofOptions(options: Exclude<PayloadLoggerOptions, PayloadDeploymentOptions>): Recorded {
  const { captureHeaders = [], collections = PAYLOAD_COLLECTIONS, sampleRatePercentage = 100 } = options;
  const unknown = collections.find((name) => !PAYLOAD_COLLECTIONS.includes(name));
  if (unknown !== undefined) throw wrong(`there is no payload collection ${JSON.stringify(unknown)}`);
  const place = placeOf(options);
  return {
    captureHeaders,
    collections: PAYLOAD_COLLECTIONS.filter((name) => collections.includes(name)).map((name) => ({
      name,
      place,
      sampleRate: sampleRatePercentage,
    })),
  };
}

function ofDeployment(options: PayloadDeploymentOptions): Recorded {
  const { deploymentYaml, ...others } = options;
  // Each name's options are asked for once: nothing is kept that would have to be closed.
  const deployed = new DeployedCollectors(deploymentYaml, others, (_, place) => ({
    place,
    close: async () => undefined,
  }));
  const { settings } = deployed;
  const enabled = PAYLOAD_COLLECTIONS.filter((name) => settings.collections.get(name)?.enabled === true);
  return {
    captureHeaders: settings.captureHeaders,
    collections: enabled.map((name) => {
      const { place } = deployed.get(name);
      if (place.storage === undefined && place.path === undefined) throw inEndpoint();
      return { name, place: placeOf(place), sampleRate: place.sampleRatePercentage ?? 100 };
    }),
  };
}

/** Bodies are redacted by other rules than rows. */
function placeOf({ redact: _, ...place }: EventCollectorOptions): EventCollectorOptions {
  return place;
}

/** `NaN` would be no limit at all. */
function checkLimit(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 0 && value <= most)) return;
  throw wrong(`${name} must be a number from 0 ${most === 100 ? 'to 100' : 'on'}, not ${value}`);
}

function wrong(message: string): MdcBridgeError {
  return new MdcBridgeError('usage', message, {
    remedy: 'give another value, or leave it out; the collections are request and response',
  });
}

function inEndpoint(): MdcBridgeError {
  return new MdcBridgeError('usage', 'payload logging writes to a storage, and none is named', {
    remedy:
      'give storage or storageOptions.datastores; within an Azure ML endpoint its platform logs payloads itself',
  });
}
