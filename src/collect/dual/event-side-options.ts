import type { MappingOptions } from '../../mapping/settings.js';
import type { DeliveryOptions } from '../delivery/delivery-options.js';
import type { TypesOption } from './known-types.js';

/** The new side of a collector that writes both. How it delivers is its own; a spool's folder may be the same. */
export interface EventSideOptions
  extends Pick<MappingOptions, 'endpoint' | 'deployment' | 'collection' | 'map' | 'rowId'>,
    DeliveryOptions {
  /** The v2 root: a folder, or a container's URL. */
  readonly storage: string;
  /** Of the columns, so that they have one type over history and live data. */
  readonly types?: TypesOption;
  /** Of an empty field in a string column; as the conversion's, and unless told that of the plan of `types`, as `rowId`. */
  readonly empty?: 'null' | 'string';
  /** 0-100: of the calls in stage `dual`, by a hash of their correlation id. */
  readonly ramp?: number;
}
