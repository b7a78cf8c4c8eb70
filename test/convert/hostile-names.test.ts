import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import { convertTree } from '../../src/convert/run.js';
import { parseEventPath } from '../../src/event/event-path.js';
import { type FileCalls, PROMISED_CALLS } from '../../src/storage/file-calls.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { balance, journalledResults, memoryTree } from '../support/converted.js';
import { correlatedFile } from '../support/legacy-file.js';
import { CORRELATION_HEADER, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Of another service, since two that come to the same name are refused. */
const GOOD_NAME = 'sub/rg/ws/good/m/1/inputs/2024/02/28/inputs.csv';
const GOOD = correlatedFile('a', '1,good,2024-02-28T01:02:03,1440,sub/rg/ws,good,m,1,');
const FOLDERS = ['sub', 'rg', 'ws', 'svc', 'm', '1', 'inputs'] as const;
/** Where a name can be hostile: a part of the workspace, service, model, version, designation, and the file. */
const POSITIONS = [...FOLDERS.keys(), FOLDERS.length] as const;

/** Each stands in place of one segment, and may be several. */
const HOSTILE = {
  'a step up': '..',
  'many steps up': '../../../../../../../../outside',
  'a step up, encoded': '%2e%2e%2foutside',
  'a step up, with a backslash': '..\\..\\outside',
  'no step': '.',
  nothing: '',
  'an absolute path': '/etc/mdc-bridge-test',
  'two slashes': 'a//b',
  'a NUL': 'a\0b',
  'a line break': 'a\nb\r',
  'a hidden name': '.hidden',
  'a name that consumers skip': '_skipped',
  'our own folder': '_migration',
  'trailing dots': 'name...',
  'a trailing space': 'name ',
  'a name of the language': '__proto__',
  'a device of Windows': 'CON',
  'text that turns round': '\u202egnp.exe',
  'no letter at all': '😀',
} as const;

/** The container may hold any name: up to 1,024 characters. */
function longName(position: number): string {
  return nameWith(position, 'x'.repeat(1024 - nameWith(position, '').length));
}

function nameWith(position: number, text: string): string {
  const folders = FOLDERS.map((folder, i) => (i === position ? text : folder));
  return [...folders, '2024/02/29', position === FOLDERS.length ? `${text}.csv` : 'inputs.csv'].join('/');
}

/** Rows that say of themselves what the name says, as the collector writes them. */
function rowsOf(name: string): string {
  const [sub, rg, ws, service, model, version] = name.split('/');
  const values = [`${sub}/${rg}/${ws}`, service, model, version].map((text) => `"${text}"`).join(',');
  return `a,${CORRELATION_HEADER}\r\n1,id-1,2024-02-29T01:02:03,1440,${values},\r\n`;
}

/** Calls of the operating system; a path outside `root` is noted, and not touched. */
function within(root: string, outside: string[]): FileCalls {
  const check = (path: string): void => {
    if (resolve(path).startsWith(root + sep)) return;
    outside.push(path);
    throw new Error(`outside DEST: ${path}`);
  };
  return {
    ...PROMISED_CALLS,
    open: (path, flags) => {
      check(path);
      return PROMISED_CALLS.open(path, flags);
    },
    rename: (from, to) => {
      check(from);
      check(to);
      return PROMISED_CALLS.rename(from, to);
    },
    mkdir: (path) => {
      check(join(path, 'x'));
      return PROMISED_CALLS.mkdir(path);
    },
    remove: (path) => {
      check(path);
      return PROMISED_CALLS.remove(path);
    },
  };
}

/** Converts a tree of one good file and this one, and holds what is written against the promises. */
async function expectHarmless(name: string, content: string): Promise<void> {
  const parent = await temporaryFolder();
  await writeFile(join(parent, 'witness'), 'untouched');
  const root = join(parent, 'v2');
  const outside: string[] = [];
  const destination = new LocalStorage(root, within(root, outside));
  const files = { [GOOD_NAME]: GOOD, [name]: content };
  const source = memoryTree(files);

  const plan = await planMigration(source);
  const left = plan.leftOut.reduce((sum, { count }) => sum + count, 0);
  expect(plan.files.length + left, 'every file is planned or counted').toBe(Object.keys(files).length);
  const report = await convertTree(source, destination, { plan });
  expect(report).toMatchObject({ failed: [], changed: [], converted: plan.files.length });
  const results = await journalledResults(destination, report.sourceId);
  expect(results.size).toBe(plan.files.length);
  for (const result of results.values()) {
    const [before, after] = balance(result);
    expect(after).toBe(before);
  }

  expect(outside).toEqual([]);
  expect(await readdir(parent)).toEqual(['v2', 'witness']);
  expect(await readFile(join(parent, 'witness'), 'utf8')).toBe('untouched');
  for await (const { name: written } of destination.list('')) {
    if (!written.startsWith('_migration/')) expect(parseEventPath(written), written).toBeDefined();
  }
}

describe('a hostile name in a listing writes nothing outside DEST, and nothing that consumers do not see', () => {
  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`${what}, in every place of a path; each row is converted or counted`, async () => {
      for (const position of POSITIONS) {
        const name = nameWith(position, text);
        await expectHarmless(name, 'a\r\n1\r\n');
        await expectHarmless(name, rowsOf(name));
      }
    });
  }

  it('a name of 1,024 characters, in every place of a path', async () => {
    for (const position of POSITIONS) {
      const name = longName(position);
      expect(name).toHaveLength(1024);
      await expectHarmless(name, 'a\r\n1\r\n');
      await expectHarmless(name, rowsOf(name));
    }
  });

  it('before all other segments, as the prefix of somebody else', async () => {
    for (const before of ['/', '../', '//', './', '../../../', '.x/', '_x/', '_migration/', '\0/']) {
      await expectHarmless(before + sourceName(), rowsOf(sourceName()));
    }
  });
});
