/** The consumer adds a column of this name itself and fails on one that is there already. */
const RESERVED = 'correlationid';

/** The names of one header line. */
export type HeaderNames = readonly string[];

/**
 * The header lines of a collection's files, in order → the column names of each. The consumer fails on names that repeat within
 * a row, also by case, and silently loses a column whose spelling changes from file to file, so:
 *
 * 1. `''` becomes `column_{n}` (0-based), `correlationid` in any case becomes `correlationid_1`;
 * 2. spellings that differ only by case are one column under the one that most files use (ties: the first file's);
 * 3. a repetition within a header gets `_1`, `_2`, ... until unlike every name written in the header and given so far.
 *
 * `times`: for how many files with these same lines each entry stands; 1 unless told.
 */
export function resolveColumnNames(
  files: readonly (readonly HeaderNames[])[],
  times: readonly number[] = [],
): string[][][] {
  const replaced = files.map((headers) => headers.map((header) => header.map(replaceIllegal)));
  const spelling = mostFrequentSpellings(replaced, times);
  return replaced.map((headers) =>
    headers.map((names) => distinct(names.map((name) => spelling.get(name.toLowerCase()) ?? name))),
  );
}

/** Names for a row of which nothing is known but its width. */
export function anonymousColumns(width: number): string[] {
  return Array.from({ length: width }, (_, n) => `column_${n}`);
}

function replaceIllegal(name: string, n: number): string {
  if (name === '') return `column_${n}`;
  return name.toLowerCase() === RESERVED ? `${RESERVED}_1` : name;
}

/** Lower-cased name → the spelling in most files; a Map keeps the first file's order for ties. */
function mostFrequentSpellings(
  files: readonly (readonly HeaderNames[])[],
  times: readonly number[],
): Map<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const [i, headers] of files.entries()) {
    for (const name of new Set(headers.flat())) {
      const spellings = counts.get(name.toLowerCase()) ?? new Map<string, number>();
      counts.set(name.toLowerCase(), spellings.set(name, (spellings.get(name) ?? 0) + (times[i] ?? 1)));
    }
  }
  const best = new Map<string, string>();
  for (const [key, spellings] of counts) {
    const [[first = key] = []] = [...spellings].sort(([, a], [, b]) => b - a);
    best.set(key, first);
  }
  return best;
}

function distinct(names: readonly string[]): string[] {
  const written = new Set(names.map((name) => name.toLowerCase()));
  const given = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; given.has(unique.toLowerCase()); n += 1) {
      const next = `${name}_${n}`;
      if (!written.has(next.toLowerCase()) && !given.has(next.toLowerCase())) unique = next;
    }
    given.add(unique.toLowerCase());
    return unique;
  });
}

/** Whether these are the same names in the same order, or both are none. */
export function areSameNames(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || (a?.length === b?.length && a?.every((name, i) => name === b?.[i]) === true);
}
