import { MdcBridgeError } from '../../errors.js';
import { murmur3x86128 } from '../../event/event-id.js';
import { HashSet64 } from '../census/hash-set.js';
import type { LongList } from '../plan-file.js';
import { type IdentifiedSource, identityKey } from './identities.js';

const MAX_LISTED = 10;

/** Finds two sources that would be the same day's same file: a backup copy under another prefix. Memory: 16 to 32 bytes a source. */
export class CopyFinder {
  readonly #seen: HashSet64;
  /** Of sources that are perhaps copies of others. */
  readonly #twice = new Set<string>();

  /** Of so many sources: a set that grows leaves twice its size behind. */
  constructor(length: number) {
    this.#seen = new HashSet64(length);
  }

  add(source: IdentifiedSource): void {
    const [high, low] = hashOf(keyOf(source));
    if (!this.#seen.add(high, low)) this.#twice.add(`${high} ${low}`);
  }

  /** Stops at copies; `sources` are read again only if hashes have met. */
  finish(sources: LongList<IdentifiedSource>): void {
    if (this.#twice.size === 0) return;
    const seen = new Map<string, string>();
    const listed: string[] = [];
    let copies = 0;
    for (const source of sources) {
      const key = keyOf(source);
      if (!this.#twice.has(hashOf(key).join(' '))) continue;
      const other = seen.get(key);
      if (other === undefined) {
        seen.set(key, source.name);
        continue;
      }
      copies += 1;
      if (listed.length < MAX_LISTED) listed.push(`${other}\n  ${source.name}`);
    }
    if (copies > 0) throw copiesFound(listed, copies);
  }
}

function keyOf({ identity, designation, path }: IdentifiedSource): string {
  return [identityKey(identity), designation, path.date, path.hour ?? '', path.file].join('\0');
}

/** Of the text's bytes, as the hash wants them. */
function hashOf(key: string): [high: number, low: number] {
  const [high = 0, low = 0] = murmur3x86128(Buffer.from(key, 'utf8').toString('latin1'));
  return [high, low];
}

function copiesFound(listed: readonly string[], copies: number): MdcBridgeError {
  const more = copies > MAX_LISTED ? `\n  ... and ${copies - MAX_LISTED} more` : '';
  return new MdcBridgeError(
    'plan',
    `the same file is there twice (a copy under another prefix?):\n  ${listed.join('\n  ')}${more}`,
    { remedy: "leave one out: --exclude 'backup/**'" },
  );
}
