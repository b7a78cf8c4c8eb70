import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { MdcBridgeError } from '../../errors.js';
import { murmur3x86128 } from '../../event/event-id.js';
import { HashSet64 } from '../census/hash-set.js';

/** So many calls at once that other collectors' events have more rows of than the source so far: they are no accident. */
const MAX_OPEN = 65_536;
/** Calls that are named. */
const MOST_EXAMPLES = 3;

/** Where to look, and what to do, when there are batched calls. */
interface BatchedPlace {
  readonly source: string;
  /** The earliest hour that live collection has near the source: `yyyy/MM/dd/HH`. */
  readonly hour: string;
}

/**
 * Calls of one source that other collectors' events have more rows of than the source has: Azure's own collector joins requests under
 * the id of the first, and history would write the rows of the others again. Memory: the calls whose rows have not all come, and 8 to 16
 * bytes for each other.
 */
export class BatchedCalls {
  readonly #place: BatchedPlace;
  /** Id → rows that such events have and the source has not shown yet. */
  readonly #open = new Map<string, number>();
  readonly #whole = new HashSet64();

  constructor(place: BatchedPlace) {
    this.#place = place;
  }

  /** A row of this call; `rows`: what other collectors' events have of it. */
  add(id: string, rows: number): void {
    const [high = 0, low = 0] = murmur3x86128(id);
    const open = this.#open.get(id);
    if (open === undefined && this.#whole.has(high, low)) return;
    const left = (open ?? rows) - 1;
    if (left > 0) {
      this.#open.set(id, left);
      if (this.#open.size > MAX_OPEN) this.refuse();
      return;
    }
    this.#open.delete(id);
    this.#whole.add(high, low);
  }

  /**
   * When the source has no more rows.
   *
   * @throws MdcBridgeError `conflict` if there are such calls.
   */
  refuse(): void {
    const { source, hour } = this.#place;
    const ids = [...this.#open.keys()];
    if (ids.length === 0) return;
    const named = ids.slice(0, MOST_EXAMPLES).map((id) => decodeText(id as ByteString));
    const others = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
    throw new MdcBridgeError(
      'conflict',
      `another collector's events have more rows of ${named.join(', ')}${others} than the source: they hold other calls as well, ` +
        'whose ids they do not tell, and which would be written again',
      {
        place: { file: source },
        remedy:
          `convert only what is older than its events, with --until ${untilText(hour)} or earlier, ` +
          'or give history a deployment of its own with --deployment',
      },
    );
  }
}

function untilText(hour: string): string {
  return `${hour.slice(0, 10).replaceAll('/', '-')}T${hour.slice(11)}:00:00`;
}
