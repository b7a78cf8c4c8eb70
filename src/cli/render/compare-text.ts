import { type CallCounts, isClean } from '../../convert/compare/call-counts.js';
import type { GateResult } from '../../convert/compare/gate.js';
import type {
  CollectionComparison,
  CompareReport,
  SideOfCollection,
  UncorrelatedRows,
} from '../../convert/compare/report.js';
import { formatCollectionPath } from '../../event/event-path.js';
import { exampleLines } from './compare-example.js';
import { heading, type Page, paragraph, warning } from './page.js';
import { type Cell, renderTable, type TableRow } from './table.js';
import { bytes, count, counted } from './units.js';

const MOST_HOURS = 24;
const MOST_EXAMPLES = 30;

/** By collection and hour what both sides have, examples of what they don't, and the verdict at the end. */
export function compareText(report: CompareReport, page: Page): string[] {
  const examples = report.collections.flatMap((collection) =>
    collection.examples.map((one) => ({ collection, one })),
  );
  const more = examples.length - MOST_EXAMPLES;
  return [
    ...heading(`Compared: ${report.legacy} ↔ ${report.v2}`, page),
    ...paragraph(extent(report), page, 2),
    '',
    ...countsTable(report, page),
    ...examples
      .slice(0, MOST_EXAMPLES)
      .flatMap(({ collection, one }) => ['', ...exampleLines(one, formatCollectionPath(collection), page)]),
    ...(more > 0 ? [page.paint('dim', `… and ${counted(more, 'more example')}: --json has them all`)] : []),
    '',
    ...report.collections.flatMap((collection) => remarks(collection, page)),
    ...report.leftOut.flatMap(({ why, count: files }) =>
      paragraph(`not compared: ${counted(files, 'file')} ${why}`, page),
    ),
    ...verdict(report, page),
    ...(report.gate === undefined ? [] : gateLines(report.gate, page)),
  ];
}

function extent({ since, until, at, v2Writer, bytes: read }: CompareReport): string {
  const range =
    since === undefined && until === undefined
      ? 'all calls'
      : `calls from ${since ?? 'the first'} to ${until ?? 'the last'}`;
  const writer = v2Writer === 'azure' ? "; events of Azure's own collector" : '';
  return `${range}, as of ${at}${writer}; ${bytes(read.legacy)} of CSV, ${bytes(read.v2)} of events`;
}

type Counted = readonly [head: string, of: (counts: CallCounts) => number];

/** In the table; the last ones are findings. */
const COLUMNS: readonly Counted[] = [
  ['legacy', ({ legacy }) => legacy],
  ['v2', ({ v2 }) => v2],
  ['both', ({ both }) => both],
  ['only legacy', ({ onlyLegacy }) => onlyLegacy],
  ['only v2', ({ onlyV2 }) => onlyV2],
  ['different', ({ different }) => different],
];
const FIRST_FINDING = 3;

/** Told where there is any. */
const OTHERS: readonly Counted[] = [
  ['doubled in the legacy tree', ({ doubledLegacy }) => doubledLegacy],
  ['doubled in the v2 tree', ({ doubledV2 }) => doubledV2],
  ['pending', ({ pendingLegacy, pendingV2 }) => pendingLegacy + pendingV2],
  ['sampled out', ({ sampledOut }) => sampledOut],
  ['legacy alone outside stage dual', ({ outsideDualLegacy }) => outsideDualLegacy],
  ['v2 alone outside stage dual', ({ outsideDualV2 }) => outsideDualV2],
  ['rejected by the mapping', ({ rejected }) => rejected],
  ['in events of other calls', ({ batched }) => batched],
  ['cut into events otherwise', ({ regrouped }) => regrouped],
  ['rounded', ({ rounded }) => rounded],
  ['with numbers in other digits', ({ respelled }) => respelled],
  ['events of rows without a correlation id', ({ uncorrelatedV2 }) => uncorrelatedV2],
];

/** Each collection: all of its calls, and the hours in which something was found. */
function countsTable({ collections }: CompareReport, page: Page): string[] {
  const columns = [
    { fit: 'cut-end', least: 16 },
    ...COLUMNS.map(([head]) => ({ head, align: 'right', fit: 'wrap', least: 4 }) as const),
  ] as const;
  const rows = collections.flatMap((collection): TableRow[] => {
    const found = collection.hours.filter(({ counts }) => !isClean(counts));
    const more = found.length - MOST_HOURS;
    return [
      { lines: heading(formatCollectionPath(collection), page) },
      ['all', ...countCells(collection.counts)],
      ...found
        .slice(0, MOST_HOURS)
        .map(({ hour, counts }) => [hour.replace('T', ' ').replace('Z', ''), ...countCells(counts)]),
      {
        lines: [
          ...(more > 0
            ? [
                page.paint(
                  'dim',
                  `  … and ${counted(more, 'more hour')} with findings: --json lists them all`,
                ),
              ]
            : []),
          ...otherCounts(collection, page),
        ],
      },
    ];
  });
  return renderTable(columns, rows, { ...page, indent: 2 });
}

function countCells(counts: CallCounts): Cell[] {
  return COLUMNS.map(([, of], i): Cell => {
    const value = of(counts);
    if (value === 0) return { text: '·', tone: 'dim' };
    return i >= FIRST_FINDING ? { text: count(value), tone: 'red' } : count(value);
  });
}

function otherCounts({ counts, legacy, v2 }: CollectionComparison, page: Page): string[] {
  const some = OTHERS.filter(([, of]) => of(counts) > 0).map(([what, of]) => `${count(of(counts))} ${what}`);
  const lag = `lag ${lagOf(legacy)} legacy, ${lagOf(v2)} v2`;
  return paragraph([...some, lag].join('; '), page, 2);
}

function remarks(collection: CollectionComparison, page: Page): string[] {
  const { uncorrelated, legacy, v2 } = collection;
  const name = formatCollectionPath(collection);
  const rows = uncorrelated === undefined ? 0 : uncorrelated.hoursDifferent;
  return [
    ...(v2.unreadable === 0
      ? []
      : warning(
          `${name}: ${counted(v2.unreadable, 'event')} can't be read, the first ${v2.unreadableExample}`,
          page,
        )),
    ...(legacy.unreadable === 0
      ? []
      : paragraph(
          `${name}: ${counted(legacy.unreadable, 'legacy row')} of no call can't be read, the first ${legacy.unreadableExample}`,
          page,
        )),
    ...(uncorrelated === undefined
      ? []
      : rows === 0
        ? paragraph(
            `${name}: ${counted(uncorrelated.legacyRows, 'row')} without a correlation id, ${sameBut(uncorrelated)}`,
            page,
          )
        : warning(
            `${name}: rows without a correlation id (${count(uncorrelated.legacyRows)} legacy, ${count(uncorrelated.v2Rows)} v2) ` +
              `are not the same in ${counted(rows, 'hour')}, first ${uncorrelated.firstDifferent}`,
            page,
          )),
  ];
}

function sameBut({ hoursOutsideDual }: UncorrelatedRows): string {
  if (hoursOutsideDual === 0) return 'the same by the hour on both sides';
  return `the same by the hour on both sides but for ${counted(hoursOutsideDual, 'hour')} of days not wholly in stage dual`;
}

function verdict({ ok, counts, collections }: CompareReport, page: Page): string[] {
  const { legacy, v2, both, outsideDualLegacy, outsideDualV2 } = counts;
  const alone = outsideDualLegacy + outsideDualV2;
  const others = alone === 0 ? '' : `; ${counted(alone, 'other')} outside stage dual`;
  const text = ok
    ? `The same on both sides: ${counted(both, 'call')} of ${counted(collections.length, 'collection')}${others}.`
    : `NOT the same: ${count(both)} of ${count(legacy)} legacy and ${count(v2)} v2 calls are on both sides alike.`;
  return paragraph(text, page).map((line) => page.paint(ok ? 'green' : 'red', line));
}

function gateLines({ met, checks, window }: GateResult, page: Page): string[] {
  const hours = window === undefined ? '' : `, hours ${window.from} to ${window.to}`;
  const said = checks.map(({ name, limit, found }) =>
    name === 'hours'
      ? `${count(found)} of ${counted(limit, 'hour')} clean and present`
      : `${name} ${count(found)} (at most ${count(limit)})`,
  );
  const text = `Gate ${met ? 'met' : 'NOT met'}: ${said.join(', ')}${hours}.`;
  return paragraph(text, page).map((line) => page.paint(met ? 'green' : 'red', line));
}

/** In one unit: a lag is looked at, not added up. */
function lagOf({ lagSeconds }: SideOfCollection): string {
  if (lagSeconds === undefined) return '–';
  if (lagSeconds < 120) return `${lagSeconds} s`;
  const minutes = Math.round(lagSeconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${count(Math.round(hours / 24))} d`;
}
