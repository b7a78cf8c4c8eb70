import { formatCollectionPath } from '../../event/event-path.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { FileCensus } from '../census/file-census.js';
import type { CollectionPlan, DayCensus, PlanNote } from '../plan-file.js';
import { matchPattern } from '../source.js';
import type { JudgedSource } from './judged-sources.js';

/** What a person should know before converting. */
export class Notes {
  readonly #settings: MappingSettings;
  /** Options of which no source is known yet that they are about. */
  readonly #unused: Record<'map' | 'identity' | 'header', Set<string>>;
  readonly #content: PlanNote[] = [];
  readonly #counts = { bom: 0, empty: 0, renamed: 0, recurring: 0 };

  constructor(settings: MappingSettings) {
    this.#settings = settings;
    const { map, identity, header } = settings;
    this.#unused = {
      map: new Set(Object.keys(map)),
      identity: new Set(Object.keys(identity)),
      header: new Set(Object.keys(header)),
    };
  }

  /** The next source, in their order. */
  add({ name, designation, census }: JudgedSource): void {
    this.#unused.map.delete(designation);
    for (const option of ['identity', 'header'] as const) {
      for (const pattern of this.#unused[option]) {
        if (matchPattern({ [pattern]: true }, name) === true) this.#unused[option].delete(pattern);
      }
    }
    if (census.looksLike !== undefined) {
      const text = `${name} looks like ${census.looksLike}, not like CSV text: ${remedyFor(census)}`;
      this.#content.push(warning(text));
    }
    if (census.bom) this.#counts.bom += 1;
    if (census.lines === 0) this.#counts.empty += 1;
    if (census.names.length > 1) this.#counts.renamed += 1;
    if (census.recurring.length > 0) this.#counts.recurring += 1;
  }

  /** Most important first. */
  write(collections: readonly CollectionPlan[], days: readonly DayCensus[]): PlanNote[] {
    return [
      ...this.#unusedOptions(collections),
      ...joinNotes(days),
      ...this.#content,
      ...widthNotes(collections),
      ...this.#smallNotes(),
    ];
  }

  /** Options that name nothing of this tree: most likely misspelt. */
  #unusedOptions(collections: readonly CollectionPlan[]): PlanNote[] {
    const paths = new Set(['*', ...collections.map(formatCollectionPath)]);
    const unused = (option: string, keys: Iterable<string>): PlanNote[] =>
      [...keys].map((key) => warning(`${option} ${key} has no effect: nothing here is called so`));
    return [
      ...unused('--map', this.#unused.map),
      ...unused('--identity', this.#unused.identity),
      ...unused('--header', this.#unused.header),
      ...unused(
        '--variant',
        Object.keys(this.#settings.variants).filter((key) => !paths.has(key)),
      ),
    ];
  }

  #smallNotes(): PlanNote[] {
    const { bom, empty, renamed, recurring } = this.#counts;
    const tell = (n: number, text: string): PlanNote[] =>
      n === 0 ? [] : [{ level: 'info', text: `${count(n, 'file')} ${text}` }];
    return [
      ...tell(bom, 'begin with a UTF-8 byte order mark, which is dropped'),
      ...tell(empty, 'are empty'),
      ...tell(renamed, 'change their column names in the middle (a repeated header with other names)'),
      ...tell(
        recurring,
        'hold calls that are begun again later; such rows become events of their own if their call is closed by then',
      ),
    ];
  }
}

function joinNotes(days: readonly DayCensus[]): PlanNote[] {
  const predictions = days.map((day) => day.byDesignation['predictions']).filter((day) => day !== undefined);
  const lost = sum(predictions.map(({ rows, joinable }) => rows - joinable));
  const pairable = days.filter(({ pair }) => pair?.startsWith('could') === true).length;
  const notes: PlanNote[] = [];
  if (lost > 0) {
    notes.push(
      warning(
        `${count(lost, 'prediction row')} can't be joined to inputs: a monitor that needs both leaves them out`,
      ),
    );
  }
  if (pairable > 0) {
    notes.push(
      warning(
        `on ${count(pairable, 'day')} predictions could borrow their correlation from the inputs: --pair order`,
      ),
    );
  }
  return notes;
}

function remedyFor(census: FileCensus): string {
  return census.looksLike === 'gzip' ? 'unpack it, and plan again' : 'convert it to UTF-8, and plan again';
}

function widthNotes(collections: readonly CollectionPlan[]): PlanNote[] {
  return collections
    .filter(({ unnamed }) => unnamed.length > 0)
    .map(({ endpoint, deployment, collection, unnamed }) =>
      warning(
        `${endpoint}/${deployment}/${collection}: ${count(sum(unnamed.map(({ rows }) => rows)), 'row')} of another width than ` +
          'the header are rejected; rows of the right width may belong to other columns too. Look at the examples and name ' +
          'the columns in variants',
      ),
    );
}

function warning(text: string): PlanNote {
  return { level: 'warning', text };
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
