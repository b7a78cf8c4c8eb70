import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  everyFileHasARoom,
  importsGoOneWay,
  noCycles,
  noUtilsAndNoBarrels,
  onlyTheCliPrintsOrExits,
  RULES_OF_NAMES_AND_TYPES,
  type Rule,
  SHARED_BY_ALL,
  verifyIsIndependent,
} from './rules.js';
import { parseSourceFile, readSourceFiles, type SourceFile } from './source-files.js';

function file(name: string, imports: readonly string[] = []): SourceFile {
  return { file: name, imports, outputs: [] };
}

interface Case {
  readonly title: string;
  readonly rule: Rule;
  /** Files that break the rule, and what it must say of them. */
  readonly broken: readonly (readonly [files: readonly SourceFile[], finding: string])[];
  /** Files that look alike and are allowed. */
  readonly allowed: readonly (readonly SourceFile[])[];
}

const CASES: readonly Case[] = [
  {
    title: 'imports go from right to left: errors → legacy · csv · event → … → cli',
    rule: importsGoOneWay,
    broken: [
      [[file('legacy/data-path.ts', ['mapping/names.ts'])], 'legacy/data-path.ts → mapping/names.ts'],
      [[file('errors.ts', ['legacy/data-path.ts'])], 'errors.ts → legacy/data-path.ts'],
      [[file('legacy/a.ts', ['csv/parse-rows.ts'])], 'legacy/a.ts → csv/parse-rows.ts'],
      [[file('csv/a.ts', ['event/jsonl.ts'])], 'csv/a.ts → event/jsonl.ts'],
      [[file('convert/run.ts', ['collect/spool.ts'])], 'convert/run.ts → collect/spool.ts'],
      [[file('collect/spool.ts', ['convert/run.ts'])], 'collect/spool.ts → convert/run.ts'],
      [[file('follow/a.ts', ['serve/b.ts'])], 'follow/a.ts → serve/b.ts'],
      [[file('serve/b.ts', ['follow/a.ts'])], 'serve/b.ts → follow/a.ts'],
      [[file('serve/b.ts', ['cli/main.ts'])], 'serve/b.ts → cli/main.ts'],
      [[file('index.ts', ['cli/main.ts'])], 'index.ts → cli/main.ts'],
      [[file('convert/run.ts', ['index.ts'])], 'convert/run.ts → index.ts'],
      [[file('cli/main.ts', ['../scripts/demo.mjs'])], 'cli/main.ts → ../scripts/demo.mjs'],
      [[file('cli/main.ts', ['helpers/text.ts'])], 'cli/main.ts → helpers/text.ts'],
    ],
    allowed: [
      [
        file('convert/verify/a.ts', [
          'errors.ts',
          'csv/parse-rows.ts',
          'storage/storage.ts',
          'convert/run.ts',
        ]),
      ],
      [file('legacy/a.ts', ['csv/byte-string.ts'])],
      [file('index.ts', ['errors.ts', 'convert/run.ts', 'serve/server.ts'])],
      [file('cli/main.ts', ['index.ts', 'mapping/names.ts'])],
    ],
  },
  {
    title: 'every file stands in a room of the plan',
    rule: everyFileHasARoom,
    broken: [
      [[file('helpers/text.ts')], 'helpers/text.ts: no such room'],
      [[file('version.ts')], 'version.ts: no such room'],
    ],
    allowed: [[file('index.ts'), file('errors.ts'), file('convert/kernel/host.ts')]],
  },
  {
    title: 'no cycles',
    rule: noCycles,
    broken: [
      [[file('a.ts', ['a.ts'])], 'a.ts → a.ts'],
      [
        [file('entry.ts', ['a.ts']), file('a.ts', ['b.ts']), file('b.ts', ['c.ts']), file('c.ts', ['a.ts'])],
        'a.ts → b.ts → c.ts → a.ts',
      ],
    ],
    allowed: [[file('a.ts', ['b.ts', 'c.ts']), file('b.ts', ['c.ts']), file('c.ts')]],
  },
  {
    title: 'no utils, and no barrel but index.ts',
    rule: noUtilsAndNoBarrels,
    broken: [
      [[file('convert/utils/a.ts')], 'convert/utils/a.ts'],
      [[file('csv/utils.ts')], 'csv/utils.ts'],
      [[file('convert/index.ts')], 'convert/index.ts'],
    ],
    allowed: [[file('index.ts'), file('csv/row-index.ts')]],
  },
  {
    title: 'verify never reaches what it judges',
    rule: verifyIsIndependent,
    broken: [
      [
        [file('convert/verify/a.ts', ['mapping/rows-to-events.ts'])],
        'convert/verify/a.ts → mapping/rows-to-events.ts',
      ],
      [
        [
          file('convert/verify/a.ts', ['convert/plan.ts']),
          file('convert/plan.ts', ['convert/census/take-census.ts']),
        ],
        'convert/verify/a.ts → convert/plan.ts → convert/census/take-census.ts',
      ],
      [
        [file('convert/verify/a.ts', ['mapping/call-window.ts'])],
        'convert/verify/a.ts → mapping/call-window.ts',
      ],
      [
        [file('convert/verify/a.ts', ['convert/convert-file.ts'])],
        'convert/verify/a.ts → convert/convert-file.ts',
      ],
      [
        [file('convert/verify/a.ts', ['convert/kernel/host.ts'])],
        'convert/verify/a.ts → convert/kernel/host.ts',
      ],
    ],
    allowed: [
      [
        file('convert/verify/a.ts', ['mapping/names.ts']),
        file('convert/run.ts', ['convert/convert-file.ts']),
      ],
    ],
  },
  {
    title: 'only the CLI prints or exits',
    rule: onlyTheCliPrintsOrExits,
    broken: [
      [[parseSourceFile('convert/run.ts', 'let a;\nconsole.log(a);')], 'convert/run.ts:2: console.log'],
      [[parseSourceFile('a.ts', 'function f() { process.exit(1); }')], 'a.ts:1: process.exit'],
      [[parseSourceFile('a.ts', 'process.exitCode = 1;')], 'a.ts:1: process.exitCode'],
      [[parseSourceFile('a.ts', 'process.stdout.write("");')], 'a.ts:1: process.stdout'],
    ],
    allowed: [
      [parseSourceFile('cli/main.ts', 'console.log(1); process.exit(0);')],
      [parseSourceFile('a.ts', '// console.log(1)\nconst text = "process.exit"; process.memoryUsage();')],
    ],
  },
];

const sources = readSourceFiles(fileURLToPath(new URL('../../src', import.meta.url)));

// A rule about a file that was renamed would hold for ever.
test.each([
  SHARED_BY_ALL,
  'index.ts',
  'cli/main.ts',
  'convert/verify/verify-tree.ts',
  'convert/convert-file.ts',
  'convert/census/take-census.ts',
  ...RULES_OF_NAMES_AND_TYPES,
])('%s, which a rule names, is there', (name) => {
  expect(sources.map((source) => source.file)).toContain(name);
});

describe.each(CASES)('$title', ({ rule, broken, allowed }) => {
  test('holds', () => {
    expect(rule(sources)).toEqual([]);
  });

  test.each(broken)('catches a breach: case %#', (files, finding) => {
    expect(rule(files)).toEqual([finding]);
  });

  test.each(allowed.map((files) => [files]))('allows what is not one: case %#', (files) => {
    expect(rule(files)).toEqual([]);
  });
});

test('every kind of import is seen, and nothing that only looks like one', () => {
  const text = `
    import { a } from './a.js';
    import type { B } from '../b.js';
    import './side-effect.js';
    export { c } from './c.js';
    export type * from './d.js';
    const e = await import('./e.js');
    let f: import('./f.js').F;
    import { g } from 'node:fs';
    // import './comment.js';
    const text = "import './string.js'";
  `;
  expect(parseSourceFile('room/file.ts', text).imports.toSorted()).toEqual([
    'b.ts',
    'room/a.ts',
    'room/c.ts',
    'room/d.ts',
    'room/e.ts',
    'room/f.ts',
    'room/side-effect.ts',
  ]);
});
