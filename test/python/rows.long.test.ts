import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { RowEncoder } from '../../src/collect/rows/row-encoder.js';
import {
  type ColumnKind,
  type ColumnKinds,
  dateKinds,
  formatRow,
  type RowStyle,
} from '../../src/legacy/python-csv.js';
import { type Cell, stringRepr } from '../../src/legacy/python-repr.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { RandomCells } from './random-cells.js';

const SCRIPT = new URL('./rows.py', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'];
const SEED = Number(process.env['MDC_ROWS_SEED'] ?? Date.now() % 2 ** 32);
/** Code points that this Node's Unicode does not know. */
const UNKNOWN = /\p{Cn}/u;
const YEAR_1000 = Date.UTC(1000, 0);
const NO_TAIL = new Uint8Array(0);

interface Column {
  readonly kind: ColumnKind;
  readonly values: readonly Cell[];
}

/** A value with its Python type: which numbers are ints is the contract, and said here again. */
function typed(cell: Cell): unknown {
  if (typeof cell === 'bigint') return { int: String(cell) };
  if (typeof cell === 'number') {
    const isInt = Math.trunc(cell) === cell && Math.abs(cell) < 2 ** 53 && !Object.is(cell, -0);
    return isInt ? { int: String(BigInt(cell)) } : float(cell);
  }
  if (cell === undefined || cell === null || typeof cell !== 'object') return cell ?? null;
  if (cell instanceof Date) return { date: cell.getTime() };
  if (Array.isArray(cell)) return { list: cell.map(typed) };
  return { dict: Object.entries(cell).map(([key, item]) => [key, typed(item)]) };
}

function float(x: number): unknown {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(x);
  return { float: bits.toString('hex') };
}

/** What Python writes for each line of input, as text. */
async function python(mode: string, input: readonly unknown[]): Promise<readonly string[]> {
  const folder = await temporaryFolder();
  const [given, out] = [join(folder, 'given'), join(folder, 'out')];
  await writeFile(given, input.map((line) => JSON.stringify(line)).join('\n'));
  await promisify(execFile)(PYTHON ?? '', [SCRIPT, mode, given, out]);
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
  return lines.map((hex) => Buffer.from(hex, 'hex').toString('utf8'));
}

function encoded(rows: readonly (readonly Cell[])[], kinds: ColumnKinds, style: RowStyle): string {
  const encoder = new RowEncoder();
  for (const row of rows) encoder.row(row, kinds, style, NO_TAIL);
  return Buffer.from(encoder.view()).toString('utf8');
}

describe(`rows of seed ${SEED} (MDC_ROWS_SEED)`, () => {
  beforeAll(() => {
    if (PYTHON !== undefined && PYTHON !== '') return;
    throw new Error(
      'MDC_TEST_PYTHON names no Python with test/python/requirements.txt: ' +
        "bash -c 'source scripts/python-venv.sh && venv' makes one and prints its path (.ci/run does)",
    );
  });

  it('are those of Python’s csv module and repr, by both encoders, for 100,000 values', async () => {
    const cells = new RandomCells(randomFrom(SEED));
    const rows: (readonly Cell[])[] = [];
    for (let values = 0; values < 100_000; values += rows.at(-1)!.length) rows.push(cells.row());
    const expected = await python(
      'list',
      rows.map((row) => row.map(typed)),
    );
    expect(expected.length).toBe(rows.length);
    for (const [i, row] of rows.entries()) {
      expect(formatRow(row, 'plain', 'list')).toBe(expected[i]);
      expect(encoded([row], 'plain', 'list')).toBe(expected[i]);
    }
  });

  it('are those of pandas’ to_csv, by both encoders, for 100,000 values of columns of every kind', async () => {
    const cells = new RandomCells(randomFrom(SEED + 1));
    const frames = Array.from({ length: 1000 }, () => randomFrame(cells));
    const expected = await python(
      'dataframe',
      frames.map((columns) =>
        columns.map(({ kind, values }) => ({
          kind,
          values: values.map(kind === 'plain' ? typed : typedOf(kind)),
        })),
      ),
    );
    for (const [i, columns] of frames.entries()) {
      const rows = columns[0]!.values.map((_, row) => columns.map(({ values }) => values[row]));
      const declared = columns.map(({ kind }) => (kind === 'date' ? 'plain' : kind));
      const kinds = dateKinds(rows.length, (row) => rows[row]!, declared);
      expect(rows.map((row) => formatRow(row, kinds, 'dataframe')).join('')).toBe(expected[i]);
      expect(encoded(rows, kinds, 'dataframe')).toBe(expected[i]);
    }
  });

  it('quote every code point in a list or object as Python does, but for those that one of the two does not know', async () => {
    const [all = ''] = await python('characters', []);
    const expected = JSON.parse(all) as readonly string[];
    expect(expected.length).toBe(0x110000);
    const known = expected.flatMap((text, code) =>
      text === '?' || UNKNOWN.test(String.fromCodePoint(code)) ? [] : [[code, text] as const],
    );
    // Surrogates, private use and controls among them.
    expect(known.length).toBeGreaterThan(280_000);
    const wrong = known.filter(([code, text]) => stringRepr(String.fromCodePoint(code)) !== text);
    expect(wrong).toEqual([]);
  });
});

function typedOf(kind: ColumnKind): (cell: Cell) => unknown {
  return kind === 'date' ? typed : (cell) => float(cell as number);
}

/** Ten columns of ten rows. */
function randomFrame(cells: RandomCells): readonly Column[] {
  return Array.from({ length: 10 }, (): Column => {
    const kind = cells.pick(['plain', 'float', 'float32', 'date'] as const);
    if (kind === 'date') return { kind, values: dates(cells) };
    const make =
      kind === 'plain' ? () => cells.cell() : kind === 'float' ? () => cells.number() : () => cells.float32();
    return { kind, values: Array.from({ length: 10 }, make) };
  });
}

/**
 * Whole days, whole seconds or milliseconds, and missing ones, at least one date. From the year 1000 on: before it pandas 2
 * writes 765 and pandas 3 (which we follow) 0765.
 */
function dates(cells: RandomCells): readonly Cell[] {
  const unit = cells.pick([86_400_000, 1000, 1]);
  const floor = (date: Date): Date => new Date(Math.floor(Math.max(date.getTime(), YEAR_1000) / unit) * unit);
  return Array.from({ length: 10 }, (_, i) => (i > 0 && cells.below(4) === 0 ? null : floor(cells.date())));
}
