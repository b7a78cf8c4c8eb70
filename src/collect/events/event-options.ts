import type { Environment } from '../../legacy/environment.js';
import type { RowIdOptions } from '../../mapping/settings.js';
import type { DeliveryOptions, EndOptions } from '../delivery/delivery-options.js';
import type { Redaction } from '../redact.js';
import type { CapturedEvent } from './capture-sink.js';
import type { FloatFormat } from './frame-encoder.js';
import type { RollingRate } from './rolling-folder.js';

/** What the caller leaves out comes from the environment, as in the v2 SDK. */
export interface EventCollectorOptions extends DestinationOptions, DeliveryOptions, EndOptions {
  /**
   * Told of everything that is wrong, as the SDK's `on_error`. Without it, what is wrong with a call (or with the collector, when it
   * is made) is thrown, and what the storage or the sidecar refused is a process warning.
   */
  readonly onError?: (error: Error) => void;
  /** Whether anything is collected. Unless told, the environment says so; without it, whoever names a storage collects. */
  readonly enabled?: boolean;
  /** The collections that are enabled; every one unless told. */
  readonly collections?: readonly string[];
  /** Of calls, 0-100, by a hash of the correlation id: a request's collections are sampled alike. */
  readonly sampleRatePercentage?: number;
  /** `full`: every digit. `pandas`: byte for byte as the v2 SDK wrote, with ten decimals, ASCII alone, and names as they are. */
  readonly floatFormat?: FloatFormat;
  /** Columns that are left out, masked or hashed before anything is written. */
  readonly redact?: Redaction;
  /** Adds a column for joining ground truth. */
  readonly rowId?: RowIdOptions;
  /** For tests: ms since 1970. */
  readonly clock?: () => number;
  readonly newId?: () => string;
  readonly environment?: Environment;
}

/** Where events go: to the sidecar, unless a storage is named. */
export interface DestinationOptions {
  /** The v2 root: a folder, or a container's URL, with or without a folder in it. */
  readonly storage?: string;
  /** Instead of `storage`: the collection's own folder, as `data.path` of a deployment's YAML has it. */
  readonly path?: string;
  /** Storage needs the names of both; the sidecar knows them. */
  readonly endpoint?: string;
  readonly deployment?: string;
  /** `sub/rg/ws`, for the events' source; `default/default/default` unless told. */
  readonly workspace?: string;
  /** How deep the folders of time are. Monitors read `hour` alone, the default. */
  readonly rollingRate?: RollingRate;
  /** The name of this process's files; random unless told. */
  readonly instance?: string;
  /** Requests that may wait for the sidecar; `AZUREML_MDC_QUEUE_CAPACITY`, or 1500. */
  readonly queueCapacity?: number;
  /** Of one request to the sidecar; 10 seconds unless told. */
  readonly timeoutMs?: number;
  /** Told what would be sent, where the environment asks for local capture. */
  readonly onCapture?: (event: CapturedEvent) => void;
}
