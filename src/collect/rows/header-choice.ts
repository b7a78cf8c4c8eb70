import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import type { Designation } from '../../legacy/designation.js';
import { formatHeader } from '../../legacy/python-csv.js';
import { areSameNames } from '../../mapping/column-names.js';

/**
 * Which line of names stands first in a blob, by the old SDK's rules (its Python source): inputs and general data keep the names
 * of the first data that has some, the others take each call's; the feature names stand in where data has none. A blob takes the
 * last one it is offered before its first rows are written.
 */
export class HeaderChoice {
  readonly #keepsFirst: boolean;
  readonly #isInputs: boolean;
  readonly #featureNames: readonly string[] | undefined;
  /** As given, and with the eight names where they belong. */
  #given: readonly string[] | undefined;
  #names: readonly string[] | undefined;
  #withCorrelations = false;
  #line: Uint8Array | undefined;
  #wasCorrelated = false;
  #isKept = false;

  constructor(designation: Designation, featureNames: readonly string[] | undefined) {
    this.#isInputs = designation === 'inputs';
    this.#keepsFirst = this.#isInputs || designation === 'general';
    this.#featureNames = featureNames;
    this.#take(featureNames, this.#isInputs);
  }

  /** Of a blob that has no rows yet. */
  get line(): Uint8Array | undefined {
    return this.#line;
  }

  /** Their names in that line, less the eight. */
  get columns(): readonly string[] | undefined {
    return this.#given;
  }

  /** The line for a call's rows. `names`: what the data itself calls its columns. */
  next(names: readonly string[] | undefined, isCorrelated: boolean): Uint8Array | undefined {
    if (this.#keepsFirst) {
      if (names !== undefined && !this.#isKept) {
        this.#take(names, isCorrelated);
        this.#isKept = true;
      }
      return this.#line;
    }
    // Measured: once a collector has seen correlations, its feature names stand with the eight for good.
    this.#wasCorrelated ||= isCorrelated;
    this.#take(names ?? this.#featureNames, names === undefined ? this.#wasCorrelated : isCorrelated);
    return this.#line;
  }

  #take(names: readonly string[] | undefined, withCorrelations: boolean): void {
    if (names === this.#given && withCorrelations === this.#withCorrelations) return;
    this.#given = names;
    this.#withCorrelations = withCorrelations;
    const all = names !== undefined && withCorrelations ? [...names, ...CORRELATION_COLUMNS] : names;
    if (areSameNames(all, this.#names)) return;
    this.#names = all;
    this.#line = all === undefined ? undefined : Buffer.from(formatHeader(all), 'utf8');
  }
}
