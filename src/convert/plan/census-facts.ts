import type { FileCensus } from '../census/file-census.js';
import type { Identity } from '../plan-file.js';
import type { HeaderLooks } from './header-verdicts.js';
import { Table } from './table.js';

/** The user's names of each line of names of a source; the first is absent if rows come before any header. */
type Names = readonly (readonly string[] | undefined)[];

const JUDGED = [undefined, 'header', 'data', 'numbered'] as const;
const ANOTHER_FORM = 4;
const NO_LINE = 8;
const GIVEN = 16;
const ANONYMOUS = 32;
const NONE = -1;

/** What is asked of all sources before any of them can be judged: 9 bytes a source, and each text once. */
export class CensusFacts {
  #identities = new Table<Identity>();
  #names = new Table<Names>();
  readonly #ownOf: Int32Array;
  readonly #namesOf: Int32Array;
  readonly #looks: Uint8Array;

  /** Of so many sources. */
  constructor(length: number) {
    this.#ownOf = new Int32Array(length).fill(NONE);
    this.#namesOf = new Int32Array(length).fill(NONE);
    this.#looks = new Uint8Array(length);
  }

  /** `own`: whose the source is by itself. `given`: its header was not asked of its looks. */
  add(index: number, census: FileCensus, own: Identity | undefined, given: boolean): void {
    if (own !== undefined) this.#ownOf[index] = this.#identities.indexOf(JSON.stringify(own), () => own);
    this.#namesOf[index] = this.#names.indexOf(JSON.stringify(census.names), () => census.names);
    this.#looks[index] =
      JUDGED.indexOf(census.judged) +
      (census.anotherForm ? ANOTHER_FORM : 0) +
      (census.lines === census.blanks ? NO_LINE : 0) +
      (given ? GIVEN : 0) +
      (census.identities.length === 0 ? ANONYMOUS : 0);
  }

  /** Of these sources only, which then have the numbers 0, 1, 2, ... */
  pick(indexes: Uint32Array): CensusFacts {
    const picked = new CensusFacts(indexes.length);
    picked.#identities = this.#identities;
    picked.#names = this.#names;
    for (const [to, from] of indexes.entries()) {
      picked.#ownOf[to] = this.#ownOf[from] ?? NONE;
      picked.#namesOf[to] = this.#namesOf[from] ?? NONE;
      picked.#looks[to] = this.#looks[from] ?? 0;
    }
    return picked;
  }

  ownIdentity(index: number): Identity | undefined {
    return this.#identities.items[this.#ownOf[index] ?? NONE];
  }

  hasAnonymous(): boolean {
    return this.#looks.some((looks) => (looks & ANONYMOUS) !== 0);
  }

  /** None of its rows says whose it is. */
  isAnonymous(index: number): boolean {
    return this.#has(index, ANONYMOUS);
  }

  names(index: number): Names {
    return this.#names.items[this.#namesOf[index] ?? NONE] ?? [];
  }

  isHeaderGiven(index: number): boolean {
    return this.#has(index, GIVEN);
  }

  looks(index: number): HeaderLooks {
    const judged = JUDGED[(this.#looks[index] ?? 0) % JUDGED.length];
    return {
      ...(judged === undefined ? {} : { judged }),
      anotherForm: this.#has(index, ANOTHER_FORM),
      isEmpty: this.#has(index, NO_LINE),
      width: this.names(index)[0]?.length ?? 0,
    };
  }

  #has(index: number, bit: number): boolean {
    return ((this.#looks[index] ?? 0) & bit) !== 0;
  }
}
