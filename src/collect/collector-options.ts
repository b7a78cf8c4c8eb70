import type { DESIGNATIONS } from '../legacy/designation.js';
import type { Environment } from '../legacy/environment.js';
import type { Clock } from './call-clock.js';
import type { DeliveryOptions, EndOptions } from './delivery/delivery-options.js';
import type { EventSideOptions } from './dual/event-side-options.js';
import type { StageOptions } from './dual/stage.js';
import type { Redaction } from './redact.js';

/** `default` is the old SDK's default, and is stored as `general`. */
export type CollectorDesignation = (typeof DESIGNATIONS)[number] | 'default';

/** What the caller leaves out comes from the environment, as in the old SDK. */
export interface CollectorOptions extends DeliveryOptions, EndOptions, StageOptions {
  /** `designation`'s old name; only looked at where no designation is given. */
  readonly identifier?: CollectorDesignation;
  /** `sub/rg/ws`; from `model_config_map.json`, else `default/default/default`. Lower-cased. */
  readonly workspace?: string;
  /** From `SERVICE_NAME`, else `default`. */
  readonly webserviceName?: string;
  /** The highest in `model_config_map.json`, else `default`. */
  readonly modelVersion?: string;
  /** Names the file of signals and general data. */
  readonly collectionName?: string;
  /** Columns that are left out, masked or hashed before anything is written, in both layouts. */
  readonly redact?: Redaction;
  /** Where events go in the stages `dual` and `v2`, and how. */
  readonly v2?: EventSideOptions;
  /** In stage `dual`: the side whose refusal of a call is an error; the other's is counted. `legacy` unless told. */
  readonly primary?: 'legacy' | 'v2';
  /** Whether anything is collected; `AML_MODEL_DC_STORAGE_ENABLED=true` unless told. */
  readonly enabled?: boolean;
  /**
   * The tree's root: a folder, or a container's URL, with or without a folder in it. Else the container `modeldata` of the
   * account in `AML_MODEL_DC_STORAGE`, else the folder `./modeldata`.
   */
  readonly storage?: string;
  /**
   * `data`: `data.csv`, as the public docs have it. `sdk`: `inputs.csv`, `{collection}.csv` ..., as the real SDK wrote, for
   * containers that Python services also write to.
   */
  readonly fileNames?: 'data' | 'sdk';
  /** How records and columns are written: `list` as the SDK wrote lists (CRLF), `dataframe` as it wrote DataFrames (LF). */
  readonly rowStyle?: 'list' | 'dataframe';
  /** An array of arrays: one row each, or as the old SDK one row of reprs. */
  readonly nested?: 'rows' | 'sdk';
  /** Names of columns whose whole numbers are floats: `1.0`. */
  readonly floatColumns?: readonly string[];
  /** Leave a file with the header alone where a collector with feature names wrote no row, as the SDK did. */
  readonly emptyFiles?: boolean;
  /** Write `aml_telemetry.csv` beside each file of inputs, as the SDK did. */
  readonly telemetry?: boolean;
  /**
   * Told what is wrong with data that was offered, and what the storage refused. Without it, wrong data is thrown, and the rest
   * is a process warning.
   */
  readonly onError?: (error: Error) => void;
  /** The id of the request that is served just now, for `$aml_request_id`; zeros unless told. */
  readonly requestId?: () => string | undefined;
  /** For tests. */
  readonly clock?: Clock;
  readonly newId?: () => string;
  readonly environment?: Environment;
}
