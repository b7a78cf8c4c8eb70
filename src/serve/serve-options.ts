import type { RedactionRule } from '../collect/redact.js';
import type { Stage } from '../event/stage-line.js';
import type { Designation } from '../legacy/designation.js';
import type { Environment } from '../legacy/environment.js';
import type { StorageOptions } from '../storage/storage-options.js';

/** What may change while the server runs. The caller's go before those of the configuration's file, and these before the environment's. */
export interface RowOptions {
  /** Unless told, what the addresses allow: both trees are written where both are named. */
  readonly stage?: Stage;
  /** A file that holds the stage's name, and is read again when it changes. */
  readonly stageFile?: string;
  /** `sub/rg/ws`; `MDC_BRIDGE_WORKSPACE`, else `AZUREML_ARM_SUBSCRIPTION`, `…_RESOURCEGROUP` and `…_WORKSPACE_NAME`. */
  readonly workspace?: string;
  /** `SERVICE_NAME` unless told. */
  readonly service?: string;
  /** `MDC_BRIDGE_MODEL` and `MDC_BRIDGE_MODEL_VERSION` unless told. */
  readonly model?: string;
  readonly modelVersion?: string;
  /** `MDC_BRIDGE_ENDPOINT` and `MDC_BRIDGE_DEPLOYMENT`, else what a conversion makes of service, model and version. */
  readonly endpoint?: string;
  readonly deployment?: string;
  /** Collection → its designation in the legacy tree; `model_inputs`, `model_outputs`, `labels` and `signals` are known. */
  readonly designations?: Readonly<Record<string, Designation>>;
  /** `data.csv` everywhere unless told; `sdk`: `inputs.csv`, `web.csv`, as the v1 SDK named them, for containers that it writes too. */
  readonly fileNames?: 'data' | 'sdk';
  /** Columns of dates in any collection, which arrive as epoch milliseconds: they are dates in the legacy CSV. */
  readonly dateColumns?: readonly string[];
  /** Column → what becomes of it; the key for `hash` is `MDC_BRIDGE_REDACT_KEY`. */
  readonly redact?: Readonly<Record<string, RedactionRule>>;
}

/** What needs a new start. */
export interface StaticOptions {
  /** `127.0.0.1` unless told. */
  readonly host?: string;
  /** 50011 unless told; 0 is any free one. */
  readonly port?: number;
  /** The roots of the trees. */
  readonly legacy?: string;
  readonly events?: string;
  /** `disk`: an answer 200 says that the rows outlive the process (not the machine's power). `memory`: that they wait in it. */
  readonly durability?: 'disk' | 'memory';
  /** `./mdc-bridge-spool` unless told. */
  readonly spool?: string;
  /** Bytes that may wait for one tree: 1 GiB on the disk, or 256 MiB in memory, unless told. */
  readonly maxWaiting?: number;
  /** Rows wait so long at most before they are sent; 1 second for a folder, 30 for blob storage. */
  readonly flushMs?: number;
  /** Of a request's body, in bytes; 64 MiB unless told. */
  readonly maxRequest?: number;
  /** Requests at once; 256 unless told. */
  readonly maxRequests?: number;
  /** Of a request, from its first byte to its last; 30 seconds unless told. */
  readonly requestTimeoutMs?: number;
  /** 64 unless told. Azure ML supports five for a deployment. */
  readonly maxCollections?: number;
  /** After SIGTERM; 10 seconds unless told. */
  readonly shutdownMs?: number;
}

export interface ServeOptions extends RowOptions, StaticOptions {
  /** A YAML file: an online deployment's, or its `data_collector` block alone; options as above stand below `mdc_bridge`. */
  readonly config?: string;
  readonly storage?: StorageOptions;
  readonly environment?: Environment;
  /** Told of what goes wrong while the server runs, and goes on. */
  readonly onError?: (error: Error) => void;
}
