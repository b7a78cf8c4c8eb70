import { murmur3x86128 } from '../../event/event-id.js';

/** Ids that begin more than one call in a file, as the plan lists them. Memory: those that have begun. */
export class LateCalls {
  readonly #recurring: ReadonlySet<string>;
  readonly #begun = new Set<string>();

  /** `recurring`: 16 hex digits of each id's hash. */
  constructor(recurring: readonly string[]) {
    this.#recurring = new Set(recurring);
  }

  /** Whether a call of this id has begun before; to be asked once for each call, in their order. */
  isLate(id: string): boolean {
    if (this.#recurring.size === 0) return false;
    const [a = 0, b = 0] = murmur3x86128(id);
    if (!this.#recurring.has(hex(a) + hex(b))) return false;
    if (this.#begun.has(id)) return true;
    this.#begun.add(id);
    return false;
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
