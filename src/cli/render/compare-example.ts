import type { CallExample } from '../../convert/compare/report.js';
import type { Page } from './page.js';
import type { Tone } from './paint.js';
import { printable } from './printable.js';
import { type Cell, renderTable } from './table.js';
import { wrapBehind } from './text-width.js';
import { counted } from './units.js';

const SAID: Readonly<Record<CallExample['kind'], readonly [text: string, tone: Tone]>> = {
  different: ['different', 'red'],
  'only-legacy': ['only legacy', 'red'],
  'only-legacy-or-batched': ['only legacy, or in an event with other calls', 'red'],
  'only-v2': ['only v2', 'red'],
  'doubled-legacy': ['doubled in the legacy tree', 'red'],
  'doubled-v2': ['doubled in the v2 tree', 'red'],
  rejected: ["rejected by the mapping, so its values can't be told", 'yellow'],
  batched: ['in an event with other calls', 'yellow'],
};

/** One call: what is wrong with it, where it stands, and the cells that differ. */
export function exampleLines(example: CallExample, collection: string, page: Page): string[] {
  const { kind, correlationId = '(not read again)', time, legacy, v2, differences } = example;
  const [said, tone] = SAID[kind];
  const what = example.in === undefined ? said : `${said} in ${example.in}`;
  return [
    ...wrapBehind('', printable(`${what}: ${correlationId}, ${time}, ${collection}`), page.width).map(
      (line) => page.paint(tone, line),
    ),
    ...(legacy === undefined
      ? []
      : wrapBehind(
          '  legacy  ',
          printable(`${legacy.source}, byte ${legacy.offset} (${counted(legacy.rows, 'row')})`),
          page.width,
        )),
    ...(v2 === undefined
      ? []
      : wrapBehind(
          '  v2      ',
          printable(`${v2.object}, line ${v2.line} (${counted(v2.rows, 'row')})`),
          page.width,
        )),
    ...(differences.length === 0 ? [] : differenceTable(differences, page)),
  ];
}

function differenceTable(differences: CallExample['differences'], page: Page): string[] {
  const cell = (text: string | undefined): Cell =>
    text === undefined ? { text: '(none)', tone: 'dim' } : printable(text);
  return renderTable(
    [
      { head: 'row', align: 'right' },
      { head: 'column', fit: 'cut-end', least: 12 },
      { head: 'CSV', fit: 'wrap', least: 20 },
      { head: 'event', fit: 'wrap', least: 20 },
    ],
    differences.map(({ row, column, legacy, v2 }) => [
      String(row),
      printable(column),
      cell(legacy),
      cell(v2),
    ]),
    { ...page, indent: 8 },
  );
}
