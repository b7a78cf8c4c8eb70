import type { Storage } from '../storage/storage.js';
import type { Output } from './report.js';

/** Removes what an earlier conversion of a source wrote, and the one that counts now did not. */
export async function removeOthers(
  destination: Storage,
  names: Iterable<string>,
  outputs: readonly Output[] = [],
): Promise<void> {
  const kept = new Set(outputs.map(({ name }) => name));
  for (const name of names) if (!kept.has(name)) await destination.remove(name);
}

/** See `removeOthers`. */
export function namesOf(result: { readonly outputs: readonly Output[] } | undefined): string[] {
  return result?.outputs.map(({ name }) => name) ?? [];
}
