import type { LeftOut, LongList } from '../plan-file.js';
import type { ListedTelemetry, SourceListing } from './list-sources.js';
import type { Censuses } from './taken-censuses.js';

const MAX_EXAMPLES = 3;

/** All that lies in the tree and is not converted, by why. */
export function listLeftOut(
  { telemetry, leftOut }: SourceListing,
  restless: Censuses['restless'],
): LeftOut[] {
  return [
    ...(telemetry.length === 0 ? [] : [describeTelemetry(telemetry)]),
    ...leftOut,
    ...(restless.count === 0
      ? []
      : [
          {
            why: 'changed again and again, or vanished, while it was read (plan again when it rests)',
            ...restless,
          },
        ]),
  ];
}

function describeTelemetry(telemetry: LongList<ListedTelemetry>): LeftOut {
  const examples = telemetry.values().take(MAX_EXAMPLES).toArray();
  return {
    why: 'aml_telemetry.csv (lineage, not collected data)',
    count: telemetry.length,
    bytes: 0,
    examples: examples.map(({ object }) => object),
  };
}
