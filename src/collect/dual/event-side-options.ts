import type { MappingOptions } from '../../mapping/settings.js';
import type { TypesOption } from './known-types.js';

/** The new side of a collector that writes both. */
export interface EventSideOptions
  extends Pick<MappingOptions, 'endpoint' | 'deployment' | 'collection' | 'map'> {
  /** The v2 root: a folder, or a container's URL. */
  readonly storage: string;
  /** Of the columns, so that they have one type over history and live data. */
  readonly types?: TypesOption;
  /** Of an empty field in a string column; as the conversion's. */
  readonly empty?: 'null' | 'string';
  /** 0-100: of the calls in stage `dual`, by a hash of their correlation id. */
  readonly ramp?: number;
  /** This side's own; see `CollectorOptions`. */
  readonly spoolFolder?: string;
  readonly maxBufferedBytes?: number;
  readonly flushMs?: number;
}
