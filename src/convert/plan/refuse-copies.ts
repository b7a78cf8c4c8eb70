import { MdcBridgeError } from '../../errors.js';
import { type IdentifiedSource, identityKey } from './identities.js';

const MAX_LISTED = 10;

/** Stops at two sources that would be the same day's same file: a backup copy under another prefix. */
export function refuseCopies(sources: readonly IdentifiedSource[]): void {
  const seen = new Map<string, string>();
  const copies: string[] = [];
  for (const { name, identity, designation, path } of sources) {
    const key = [identityKey(identity), designation, path.date, path.hour ?? '', path.file].join('\0');
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    else copies.push(`${other}\n  ${name}`);
  }
  if (copies.length === 0) return;
  const more = copies.length > MAX_LISTED ? `\n  ... and ${copies.length - MAX_LISTED} more` : '';
  throw new MdcBridgeError(
    'plan',
    `the same file is there twice (a copy under another prefix?):\n  ${copies.slice(0, MAX_LISTED).join('\n  ')}${more}`,
    { remedy: "leave one out: --exclude 'backup/**'" },
  );
}
