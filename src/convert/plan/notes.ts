import { formatCollectionPath } from '../../event/event-path.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { FileCensus } from '../census/file-census.js';
import type { CollectionPlan, DayCensus, PlanNote } from '../plan-file.js';
import { matchPattern } from '../source.js';
import type { JudgedSource } from './header-verdicts.js';

/** What a person should know before converting, most important first. */
export function writeNotes(
  files: readonly JudgedSource[],
  collections: readonly CollectionPlan[],
  days: readonly DayCensus[],
  settings: MappingSettings,
): PlanNote[] {
  return [
    ...unusedOptions(files, collections, settings),
    ...joinNotes(days),
    ...contentNotes(files),
    ...widthNotes(collections),
    ...smallNotes(files),
  ];
}

/** Options that name nothing of this tree: most likely misspelt. */
function unusedOptions(
  files: readonly JudgedSource[],
  collections: readonly CollectionPlan[],
  { map, identity, header, variants }: MappingSettings,
): PlanNote[] {
  const unused = (option: string, keys: readonly string[], isUsed: (key: string) => boolean): PlanNote[] =>
    keys
      .filter((key) => !isUsed(key))
      .map((key) => warning(`${option} ${key} has no effect: nothing here is called so`));
  const isName = (pattern: string): boolean =>
    files.some(({ name }) => matchPattern({ [pattern]: true }, name) === true);
  const paths = new Set(['*', ...collections.map(formatCollectionPath)]);
  return [
    ...unused('--map', Object.keys(map), (key) => files.some(({ designation }) => designation === key)),
    ...unused('--identity', Object.keys(identity), isName),
    ...unused('--header', Object.keys(header), isName),
    ...unused('--variant', Object.keys(variants), (key) => paths.has(key)),
  ];
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

function contentNotes(files: readonly JudgedSource[]): PlanNote[] {
  return files
    .filter(({ census }) => census.looksLike !== undefined)
    .map(({ name, census }) =>
      warning(`${name} looks like ${census.looksLike}, not like CSV text: ${remedyFor(census)}`),
    );
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

function smallNotes(files: readonly JudgedSource[]): PlanNote[] {
  const notes: PlanNote[] = [];
  const tell = (n: number, text: string): void => {
    if (n > 0) notes.push({ level: 'info', text: `${count(n, 'file')} ${text}` });
  };
  tell(
    files.filter(({ census }) => census.bom).length,
    'begin with a UTF-8 byte order mark, which is dropped',
  );
  tell(files.filter(({ census }) => census.lines === 0).length, 'are empty');
  tell(
    files.filter(({ census }) => census.names.length > 1).length,
    'change their column names in the middle (a repeated header with other names)',
  );
  tell(
    files.filter(({ census }) => census.recurring.length > 0).length,
    'hold calls that are begun again later; such rows become events of their own if their call is closed by then',
  );
  return notes;
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
