import type { TokenCounts } from '../../mapping/column-types.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { addCounts } from '../census/column-census.js';
import type { FileCensus, ShapeCensus } from '../census/file-census.js';
import { append, concat, EMPTY_SEQUENCE } from '../census/sequence-digest.js';
import type { HeaderVerdict } from '../plan-file.js';
import { matchPattern } from '../source.js';
import type { IdentifiedSource } from './identities.js';

/** A source of which it is known whether its first line is a header; its census says so too. */
export interface JudgedSource extends IdentifiedSource {
  readonly header: HeaderVerdict;
}

/** Decides for the files of one collection, since a first line `0,1,2` is judged by its siblings too. */
export function judgeHeaders(files: readonly IdentifiedSource[], settings: MappingSettings): JudgedSource[] {
  const numbered = new Map<number, number>();
  for (const { census } of files) {
    if (census.judged !== 'numbered') continue;
    const width = census.names[0]?.length ?? 0;
    numbered.set(width, (numbered.get(width) ?? 0) + 1);
  }
  return files.map((file) => {
    const header = matchPattern(settings.header, file.name) ?? verdictOf(file.census, numbered);
    const given = typeof header === 'string';
    const verdict = given ? { verdict: header, why: 'as given by --header' } : header;
    const misread = verdict.verdict === 'absent' && !given && file.census.judged === 'numbered';
    return { ...file, header: verdict, census: misread ? withFirstLineAsData(file.census) : file.census };
  });
}

function verdictOf(census: FileCensus, numbered: ReadonlyMap<number, number>): HeaderVerdict {
  if (census.judged === undefined) {
    return {
      verdict: 'absent',
      why: census.lines === census.blanks ? 'it has no line' : "its first line can't be read",
    };
  }
  switch (census.judged) {
    case 'data':
      return {
        verdict: 'absent',
        why: 'its first line is data: it ends with correlation values, or a field is a value',
      };
    case 'numbered':
      if (census.anotherForm) {
        return {
          verdict: 'present',
          why: 'its first line counts the columns (an unnamed DataFrame), later ones do not',
        };
      }
      if ((numbered.get(census.names[0]?.length ?? 0) ?? 0) > 1) {
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
