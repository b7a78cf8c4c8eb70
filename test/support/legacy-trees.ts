import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';

/** A legacy tree: name within the container → bytes. */
export type LegacyTree = Readonly<Record<string, Buffer>>;

const WORKSPACE = 'sub-1/rg-1/ws-1';

/** Tokens that the types, the quoting and the header rules care about, and any text at all. */
const token = fc.oneof(
  { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -5, max: 120 }).map(String) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        '',
        'nan',
        'inf',
        '-inf',
        'True',
        'False',
        '05601',
        '1e-07',
        '-0.0',
        '+1',
        '.5',
        '9007199254740993',
        'a',
        'x',
      ],
      ...[
        'a,b',
        'q"uote',
        'line\nfeed',
        'cr\r\nlf',
        'cr\ralone',
        ' lead',
        'hé日😀',
        "['a']",
        '\u0000',
        '\t',
        '"',
        '""',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
);

const columnName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('age', 'Age', 'bmi', 'p', 'q', 'feat6', 'note') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'correlationid',
      '__proto__',
      'constructor',
      '0',
      'é',
      'a,b',
      'feat6_1',
      'column_0',
    ),
  },
);

/** Python's csv writer quotes so; `loose` leaves out quotes that a careless writer would. */
function quote(field: string, loose: boolean): string {
  if (!/[",\r\n]/.test(field) || (loose && !/[,\n]/.test(field) && !field.startsWith('"'))) return field;
  return `"${field.replaceAll('"', '""')}"`;
}

interface Row {
  readonly fields: readonly string[];
  /** Which call the row is of; none: uncorrelated. */
  readonly call: number | undefined;
  readonly ending: string;
  readonly loose: boolean;
}

interface File {
  readonly designation: string;
  readonly day: string;
  readonly name: string;
  readonly header: 'full' | 'names' | 'none';
  readonly names: readonly string[];
  readonly rows: readonly Row[];
  readonly bom: boolean;
  readonly repeatHeaderAt: number;
  readonly flips: readonly (readonly [number, number])[];
}

const file = (spoilt: boolean): fc.Arbitrary<File> =>
  fc.array(columnName, { minLength: 1, maxLength: 4 }).chain((names) =>
    fc.record({
      designation: fc.constantFrom('inputs', 'predictions', 'labels', 'signals', 'general', 'raw'),
      day: fc.constantFrom('2024/02/29', '2024/03/01', '2024/3/2', '2024/02/29/07'),
      name: fc.constantFrom('inputs.csv', 'web.csv', 'default.csv'),
      header: fc.constantFrom('full', 'full', 'full', 'names', 'none'),
      names: fc.constant(names),
      rows: fc.array(
        fc.record({
          fields: fc.oneof(
            { weight: 9, arbitrary: fc.array(token, { minLength: names.length, maxLength: names.length }) },
            { weight: 1, arbitrary: fc.array(token, { maxLength: 5 }) },
          ),
          call: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
          ending: fc.constantFrom('\r\n', '\r\n', '\n', '\n\n'),
          loose: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      bom: fc.boolean().map((bom) => bom && spoilt),
      repeatHeaderAt: fc.nat(30),
      flips: fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: spoilt ? 3 : 0 }),
    }),
  );

/**
 * Random legacy trees of one service: any unicode, quotes, newlines, mixed line endings, missing headers, calls that interleave,
 * rows of another width; `spoilt` adds flipped bytes and byte order marks.
 */
export function legacyTrees(spoilt: boolean): fc.Arbitrary<LegacyTree> {
  return fc.array(file(spoilt), { minLength: 1, maxLength: 5 }).map((files) => {
    const tree: Record<string, Buffer> = {};
    for (const item of files) {
      tree[`${WORKSPACE}/svc/credit risk/3/${item.designation}/${item.day}/${item.name}`] = render(item);
    }
    return tree;
  });
}

function render(item: File): Buffer {
  const header = [...item.names, ...(item.header === 'full' ? CORRELATION_COLUMNS : [])].map((name) =>
    quote(name, false),
  );
  const lines = item.rows.map(({ fields, call, ending, loose }) => {
    const values = call === undefined ? [] : correlation(call);
    return [...fields, ...values].map((field) => quote(field, loose)).join(',') + ending;
  });
  if (item.header !== 'none') {
    lines.splice(
      item.repeatHeaderAt,
      0,
      ...(item.repeatHeaderAt < lines.length ? [`${header.join(',')}\r\n`] : []),
    );
    lines.unshift(`${header.join(',')}\r\n`);
  }
  const bytes = Buffer.from((item.bom ? '\ufeff' : '') + lines.join(''), 'utf8');
  for (const [at, value] of item.flips) if (at < bytes.length) bytes[at] = value;
  return bytes;
}

/** The eight values of a call: some ids look like parts, carry a comma, or are of the same second. */
function correlation(call: number): string[] {
  const id = `1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c0${call}`;
  const ids = [id, `cust,0 é-${id}`, `${id}.7`, id.replace('1a', '2a'), `"q"-${id}`, ''];
  const time = `2024-02-29T0${call}:59:59${call % 2 === 0 ? '' : '.000123'}`;
  const request = call === 3 ? 'req-1' : '00000000-0000-0000-0000-000000000000';
  return [ids[call] ?? id, time, call === 4 ? '60' : '1440', WORKSPACE, 'svc', 'credit risk', '3', request];
}

export async function writeTree(root: string, tree: LegacyTree): Promise<void> {
  for (const [name, bytes] of Object.entries(tree)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), bytes);
  }
}

/** All event files below a v2 root by name, and the rejects under `rejects/`. */
export async function readEventTree(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1).replace(/^_migration\/[^/]+\/rejects/, 'rejects');
    if (!name.startsWith('_migration/')) files.set(name, await readFile(path, 'utf8'));
  }
  return files;
}
