import type { Environment } from '../../legacy/environment.js';
import type { DeliveryOptions, EndOptions } from '../delivery/delivery-options.js';
import type { RollingRate } from '../events/rolling-folder.js';
import type { Redaction } from '../redact.js';

/** The collections that Azure ML reserves for payload logging. */
export type PayloadCollectionName = 'request' | 'response';
export const PAYLOAD_COLLECTIONS: readonly PayloadCollectionName[] = ['request', 'response'];

/** Where payloads go: named one by one, or read from a deployment's YAML. */
export type PayloadLoggerOptions = PayloadPlaceOptions | PayloadDeploymentOptions;

export interface PayloadPlaceOptions extends PayloadOptions {
  /** The v2 root: a folder, or a container's URL, with or without a folder in it. */
  readonly storage: string;
  readonly endpoint: string;
  readonly deployment: string;
  /** What is recorded; both unless told. */
  readonly collections?: readonly PayloadCollectionName[];
  /** Of exchanges, 0-100, by a hash of the correlation id: a request and its response stay together. */
  readonly sampleRatePercentage?: number;
  /** Names of headers that are recorded, of requests and responses; none unless told. Those that hold secrets are refused. */
  readonly captureHeaders?: readonly string[];
  /** How deep the folders of time are; `hour` unless told. */
  readonly rollingRate?: RollingRate;
}

export interface PayloadDeploymentOptions extends PayloadOptions {
  /**
   * The text of the file that `az ml online-deployment create` takes: its `data_collector` says which of `request` and `response` are
   * recorded, how many, where, and with which headers (`request_logging.capture_headers`).
   */
  readonly deploymentYaml: string;
  /** The v2 root, for collections whose `data.path` the YAML does not name. */
  readonly storage?: string;
}

export interface PayloadOptions extends DeliveryOptions, EndOptions {
  /**
   * Fields of JSON bodies, at any depth, and columns of `{ columns, data }`, that are left out, masked or hashed. A body that is no
   * whole JSON is then left out altogether: nobody can say what is in it.
   */
  readonly redact?: Redaction;
  /** Of one body; 16 MiB unless told. What comes after is not kept, and counted. */
  readonly maxBodyBytes?: number;
  /**
   * Told of everything that goes wrong with logging; without it, that is a process warning. Requests and responses never notice.
   */
  readonly onError?: (error: Error) => void;
  /** `sub/rg/ws`, for the events' source; `default/default/default` unless told. */
  readonly workspace?: string;
  /** The name of this process's files; random unless told. */
  readonly instance?: string;
  /** For tests: ms since 1970. */
  readonly clock?: () => number;
  readonly newId?: () => string;
  readonly environment?: Environment;
}
