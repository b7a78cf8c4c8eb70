import { MdcBridgeError } from '../../errors.js';

/**
 * Rows stand in their own order below a header of other names, as the SDK wrote them: a conversion would misname their values. So that
 * is told, once.
 */
export class ColumnsBelow {
  readonly #onError: (error: Error) => void;
  #blob = '';
  #columns: readonly string[] | undefined;
  #isTold = false;

  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** @param columns of the header that is in force; a blob keeps the one with which it began. */
  compare(blob: string, columns: readonly string[] | undefined, own: readonly string[] | undefined): void {
    if (blob !== this.#blob) {
      this.#blob = blob;
      this.#columns = columns;
    }
    const begun = this.#columns;
    if (this.#isTold || own === undefined || own === begun || begun === undefined) return;
    const most = Math.max(own.length, begun.length);
    let first = 0;
    while (first < most && own[first] === begun[first]) first += 1;
    if (first === most) return;
    this.#isTold = true;
    const [a = 'nothing', b = 'nothing'] = [begun, own].map((names) =>
      JSON.stringify(names[first]?.slice(0, 40)),
    );
    this.#onError(
      new MdcBridgeError(
        'usage',
        `rows of different columns stand below one header: column ${first} is ${a} and ${b}`,
        { place: { file: blob }, remedy: 'give all records of a collector the same keys in one order' },
      ),
    );
  }
}
