import type { SourceFile } from './source-files.js';

/** A rule returns one line for each breach: nothing means that it holds. */
export type Rule = (files: readonly SourceFile[]) => string[];

/** Rooms by how far right they stand; rooms of one step don't know each other. */
const STEPS: readonly (readonly string[])[] = [
  ['errors'],
  ['legacy', 'csv', 'event'],
  ['mapping'],
  ['storage'],
  ['convert', 'collect'],
  ['follow', 'serve'],
  ['cli'],
];

/** The one string type all rooms share; it is in `csv/` because bytes of CSV are what it was made for. */
export const SHARED_BY_ALL: string = 'csv/byte-string.ts';

/** The first folder of a name, or the file's own name for one directly in `src/`. */
function roomOf(file: string): string {
  return file.split('/', 1)[0]!.replace(/\.ts$/, '');
}

function stepOf(room: string): number {
  return STEPS.findIndex((rooms) => rooms.includes(room));
}

function mayImport(from: string, to: string): boolean {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  if (fromRoom === toRoom || to === SHARED_BY_ALL) return true;
  if (fromRoom === 'index') return stepOf(toRoom) >= 0 && toRoom !== 'cli';
  if (toRoom === 'index') return fromRoom === 'cli';
  return stepOf(toRoom) >= 0 && stepOf(toRoom) < stepOf(fromRoom);
}

export const importsGoOneWay: Rule = (files) =>
  files.flatMap(({ file, imports }) =>
    imports.filter((imported) => !mayImport(file, imported)).map((imported) => `${file} → ${imported}`),
  );

export const everyFileHasARoom: Rule = (files) =>
  files
    .map(({ file }) => file)
    .filter((file) => file !== 'index.ts' && stepOf(roomOf(file)) < 0)
    .map((file) => `${file}: no such room`);

export const noCycles: Rule = (files) => {
  const importsOf = new Map(files.map(({ file, imports }) => [file, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const imported of importsOf.get(file) ?? []) walk(imported, [...path, file]);
    done.add(file);
  };
  for (const { file } of files) walk(file, []);
  return found;
};

export const noUtilsAndNoBarrels: Rule = (files) =>
  files
    .map(({ file }) => file)
    .filter((file) => file.split(/[/.]/).includes('utils') || file.endsWith('/index.ts'));

/** All that `verify` may use of the mapping: the rules of names and types. The rest builds events. */
export const RULES_OF_NAMES_AND_TYPES: ReadonlySet<string> = new Set([
  'mapping/names.ts',
  'mapping/column-names.ts',
  'mapping/column-types.ts',
  'mapping/settings.ts',
]);

/** What `verify` judges: were it to use any of this, a mistake there would be on both sides of the comparison. */
function isJudgedByVerify(file: string): boolean {
  if (file.startsWith('mapping/')) return !RULES_OF_NAMES_AND_TYPES.has(file);
  return /^convert\/(convert-file\.ts|census|kernel\/)/.test(file);
}

export const verifyIsIndependent: Rule = (files) => {
  const importsOf = new Map(files.map(({ file, imports }) => [file, imports]));
  const found: string[] = [];
  const seen = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (isJudgedByVerify(file)) found.push([...path, file].join(' → '));
    if (seen.has(file)) return;
    seen.add(file);
    for (const imported of importsOf.get(file) ?? []) walk(imported, [...path, file]);
  };
  for (const { file } of files) if (file.startsWith('convert/verify/')) walk(file, []);
  return found;
};

/** The old collector's debug mode, which users ask for by an environment variable. */
const PRINTS_ROWS = 'collect/rows/row-printer.ts';

export const onlyTheCliPrintsOrExits: Rule = (files) =>
  files
    .filter(({ file }) => !file.startsWith('cli/') && file !== PRINTS_ROWS)
    .flatMap(({ file, outputs }) => outputs.map((output) => `${file}:${output}`));
