import type { LeftOut } from '../plan-file.js';
import type { ListedSource, SourceListing } from './list-sources.js';

const MAX_EXAMPLES = 3;

/** All that lies in the tree and is not converted, by why. */
export function listLeftOut(
  { telemetry, leftOut }: SourceListing,
  restless: readonly ListedSource[],
): LeftOut[] {
  return [
    ...kind('aml_telemetry.csv (lineage, not collected data)', 0, telemetry),
    ...leftOut,
    ...kind(
      'changed again and again, or vanished, while it was read (plan again when it rests)',
      restless.reduce((sum, { size }) => sum + size, 0),
      restless,
    ),
  ];
}

function kind(why: string, bytes: number, objects: readonly { readonly object: string }[]): LeftOut[] {
  if (objects.length === 0) return [];
  const examples = objects.slice(0, MAX_EXAMPLES).map(({ object }) => object);
  return [{ why, count: objects.length, bytes, examples }];
}
