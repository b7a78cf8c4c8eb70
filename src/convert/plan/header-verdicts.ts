import type { TokenCounts } from '../../mapping/column-types.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { addCounts } from '../census/column-census.js';
import type { FileCensus, ShapeCensus } from '../census/file-census.js';
import { append, concat, EMPTY_SEQUENCE } from '../census/sequence-digest.js';
import type { HeaderVerdict } from '../plan-file.js';
import { matchPattern } from '../source.js';

/** By what a first line is judged. */
export interface HeaderLooks extends Pick<FileCensus, 'judged' | 'anotherForm'> {
  readonly isEmpty: boolean;
  /** Of the line's names; 0 if it names none. */
  readonly width: number;
}

/** Decides whether first lines are headers; a line `0,1,2` is judged by its siblings in the collection too. */
export class HeaderJudge {
  readonly #settings: MappingSettings;
  /** Collection and width → sources that begin so. */
  readonly #numbered = new Map<string, number>();

  constructor(settings: MappingSettings) {
    this.#settings = settings;
  }

  /** To be told of every source before any is judged. */
  count(collection: number, { judged, width }: HeaderLooks): void {
    if (judged !== 'numbered') return;
    const key = `${collection} ${width}`;
    this.#numbered.set(key, (this.#numbered.get(key) ?? 0) + 1);
  }

  /** The verdict on a source's first line, and its census in that light. */
  judge(
    name: string,
    collection: number,
    census: FileCensus,
  ): { readonly header: HeaderVerdict; readonly census: FileCensus } {
    const given = matchPattern(this.#settings.header, name);
    if (given !== undefined) return { header: { verdict: given, why: 'as given by --header' }, census };
    const looks = looksOf(census);
    const header = this.#verdictOf(collection, looks);
    return { header, census: this.isMisread(collection, looks) ? withFirstLineAsData(census) : census };
  }

  /** Whether the census took a first line for a header that is none. */
  isMisread(collection: number, looks: HeaderLooks): boolean {
    return looks.judged === 'numbered' && this.#verdictOf(collection, looks).verdict === 'absent';
  }

  #verdictOf(collection: number, { judged, anotherForm, isEmpty, width }: HeaderLooks): HeaderVerdict {
    if (judged === undefined) {
      return { verdict: 'absent', why: isEmpty ? 'it has no line' : "its first line can't be read" };
    }
    switch (judged) {
      case 'data':
        return {
          verdict: 'absent',
          why: 'its first line is data: it ends with correlation values, or a field is a value',
        };
      case 'numbered':
        if (anotherForm) {
          return {
            verdict: 'present',
            why: 'its first line counts the columns (an unnamed DataFrame), later ones do not',
          };
        }
        if ((this.#numbered.get(`${collection} ${width}`) ?? 0) > 1) {
          return {
            verdict: 'present',
            why: 'its first line counts the columns, as in other files of the collection',
          };
        }
        return {
          verdict: 'absent',
          why: 'its first line counts from 0, but so could data: later lines are integers too',
        };
      case 'header':
        return { verdict: 'present', why: 'its first line names columns' };
    }
  }
}

function looksOf({ judged, anotherForm, lines, blanks, names }: FileCensus): HeaderLooks {
  return {
    ...(judged === undefined ? {} : { judged }),
    anotherForm,
    isEmpty: lines === blanks,
    width: names[0]?.length ?? 0,
  };
}

/** The census took a numbered first line for a header; here it becomes the row that it was. */
function withFirstLineAsData(census: FileCensus): FileCensus {
  const first = census.names[0] ?? [];
  const columns: TokenCounts[] = first.map((name) => ({
    counts: { integer: 1 },
    samples: { integer: name },
  }));
  const shapes = census.shapes.filter((shape) => shape.header !== 0 || shape.width !== first.length);
  const same = census.shapes.find((shape) => shape.header === 0 && shape.width === first.length);
  const row: ShapeCensus = {
    header: 0,
    width: first.length,
    rows: 1 + (same?.rows ?? 0),
    uncorrelated: 1 + (same?.uncorrelated ?? 0),
    example: { offset: census.bom ? 3 : 0, text: first.join(',') },
    columns:
      same?.columns?.map((counts, i) => addCounts(columns[i] ?? { counts: {}, samples: {} }, counts)) ??
      columns,
  };
  const one = append(EMPTY_SEQUENCE, first.length);
  return {
    ...census,
    headers: census.headers - 1,
    rows: census.rows + 1,
    names: [undefined, ...census.names.slice(1)],
    shapes: [row, ...shapes],
    exploded: census.exploded
      .filter(({ m }) => m === 1)
      .map(({ m, columns: folded, sizes }) => ({
        m,
        columns: folded.map((counts) => columns.reduce((sum, cell) => addCounts(cell, sum), counts)),
        ...(sizes === undefined ? {} : { sizes: concat(one, sizes) }),
      })),
  };
}
