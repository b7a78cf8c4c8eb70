import type { ColumnType } from '../../../src/mapping/column-types.js';
import type { Options } from './both-paths.js';

/** A source of numbers in [0, 1) that repeats itself for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

type Column = (random: Random) => string;

const SPECIAL = ['', '', 'nan', 'inf', '-inf', 'True', 'False'];
const NUMBERS = [
  ...['0', '-0', '-1', '1e5', '1E+05', '1e-07', '-1.5e3', '0.0', '10', '9007199254740993'],
  ...['12345678901234567890123456789012', '0.1234567890123456789012345678901234567', '1.5e-300', '-0.5'],
];
/** What looks like a number, and is none. */
const ALMOST = [
  ...[
    '05601',
    '+1',
    '.5',
    '1.',
    '1.e5',
    '1e',
    '1e+',
    '--1',
    '-',
    '-.5',
    '00',
    '01.5',
    '1e5.5',
    '1-2',
    '1.2.3',
    '1e1e1',
  ],
  ...[
    'infinity',
    'NaN',
    'true',
    'tru',
    'Fals',
    'Nan',
    'in',
    '-in',
    '-nan',
    '0x10',
    '1_000',
    '१',
    ' 1',
    '1 ',
    '1\r',
  ],
  ...[
    '1'.repeat(31),
    '1'.repeat(32),
    '1'.repeat(33),
    `-${'1'.repeat(31)}`,
    `${'1'.repeat(40)}x`,
    `0${'1'.repeat(40)}`,
  ],
];
const TEXTS = [
  ...[
    'a',
    'x,y',
    'say "hi"',
    '"',
    '""',
    'line\nbreak',
    'line\r\nbreak',
    'tab\t',
    'back\\slash',
    'bell\x07\x1f\x00',
  ],
  ...[
    'ünïcödé',
    '日本語',
    '😀😀',
    '\u2028',
    'é'.repeat(20),
    '$aml',
    '(',
    "('x', '')",
    ' lead',
    'trail ',
    '\x7f',
    '\r',
  ],
  ...[
    '2018-12-30T00:00:00',
    '1440',
    '60',
    "{'a': 1}",
    '[1, 2]',
    '15 characters..',
    'sixteen chars...',
    'seventeen chars..',
  ],
  ...['x'.repeat(100), `${'y'.repeat(60)}"`, '\\'.repeat(33), '"'.repeat(17), '\n'.repeat(20)],
];
/** Names at which a row may become a header. */
const NAMES = ['$aml_request_id', '$aml_dc_correlation_id', "('$aml_dc_boundary', '')"];

const COLUMNS: readonly Column[] = [
  (random) => String(random.next() - 0.5),
  (random) => String(random.below(1000)),
  (random) => random.pick([...NUMBERS, String(random.next())]),
  (random) => random.pick(['True', 'False']),
  (random) => random.pick(TEXTS),
  (random) => random.pick([...TEXTS, ...ALMOST, ...NUMBERS, ...SPECIAL]),
  () => '',
];

export interface RandomFile {
  readonly content: Buffer;
  readonly options: Options;
}

/** A file that the kernel should take, more often than not. */
export function randomFile(random: Random, maxRows: number): RandomFile {
  const width = random.pick([0, 1, 1, 2, 3, 10, 10, 17, 40]);
  const correlated = width === 0 || random.chance(0.7);
  const columns = Array.from({ length: width }, () => random.pick(COLUMNS));
  const special = random.pick([0, 0, 0.05, 0.3]);
  const quoting = random.pick([0, 0.1, 1]);
  const endings = random.pick([['\n'], ['\r\n'], ['\n', '\r\n']]);
  const field = (text: string, quotes = quoting): string =>
    /[",\n]/.test(text) || text.endsWith('\r') || random.chance(quotes)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  // Nobody quotes times; a file that does is left to the reference.
  const tailQuoting = random.chance(0.05) ? quoting : 0;
  const lines: string[] = [];
  const hasHeader = random.chance(0.7);
  if (random.chance(0.1)) lines.push('');
  if (hasHeader) {
    const names = Array.from({ length: width }, (_, i) =>
      random.pick([`col ${i}`, `col ${i}`, 'Ab', '', '1', 'é"ü', String(i)]),
    );
    lines.push([...names, ...(correlated ? CORRELATION : [])].map((name) => field(name)).join(','));
  }
  const tails = correlated ? randomTails(random) : undefined;
  const rows = random.below(maxRows) + 1;
  for (let i = 0; i < rows; i += 1) {
    const values = columns.map((column) => (random.chance(special) ? random.pick(SPECIAL) : column(random)));
    if (random.chance(0.00005)) values[0] = random.pick(NAMES);
    const tail = tails?.(i) ?? [];
    lines.push(
      [...values.map((text) => field(text)), ...tail.map((text) => field(text, tailQuoting))].join(','),
    );
    if (random.chance(0.003)) lines.push('');
  }
  const text = lines
    .map((line, i) => line + (i + 1 === lines.length && random.chance(0.2) ? '' : random.pick(endings)))
    .join('');
  const bom = random.chance(0.1) ? '\ufeff' : '';
  return { content: Buffer.from(bom + text, 'utf8'), options: randomOptions(random, width) };
}

const CORRELATION = [
  ...['$aml_dc_correlation_id', '$aml_dc_scoring_timestamp', '$aml_dc_boundary', '$aml_workspace'],
  ...['$aml_service_name', '$aml_model_name', '$aml_model_version', '$aml_request_id'],
];

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
}

function uuid(random: Random): string {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
}

/** The eight values of row after row: calls of some rows each, times in some order. */
function randomTails(random: Random): (row: number) => string[] {
  const zeros = '00000000-0000-0000-0000-000000000000';
  const prefix = random.pick(['', '', 'cust,0 é-', 'say "hi"-', 'x'.repeat(50)]);
  const suffix = random.pick(['', '', '', '.7', '.x', '.']);
  const maxCall = random.pick([1, 4, 4, 50, 2500]);
  const fixed = ['sub-1/rg-1/ws-1', random.pick(['svc', 's"v,c']), random.pick(['model', 'modèle']), '3'];
  const requests = random.pick([[zeros], [zeros, ''], [zeros, '', 'req-1', 'é"q', uuid(random)]]);
  const step = random.pick([0, 1e3, 1e6, 3e9, -1e7]);
  const jitter = random.pick([0, 0, 1e6, 1e8]);
  let left = 0;
  let [id, request, boundary] = ['', '', '1440'];
  let time = Date.UTC(2018, 11, 30, 23, 50);
  let stamp = '';
  return () => {
    if (left === 0) {
      left = 1 + random.below(maxCall);
      id = random.chance(0.001)
        ? random.pick([id, '', 'x'.repeat(5000)])
        : `${prefix}${uuid(random)}${suffix}`;
      request = random.pick(requests);
      boundary = random.pick(['1440', '1440', '60']);
      time += step / 1000 + (random.next() - 0.5) * jitter;
      stamp = timestamp(random, time);
    }
    left -= 1;
    if (random.chance(0.02)) request = random.pick(requests);
    if (random.chance(0.01)) stamp = timestamp(random, time + random.below(5000));
    if (random.chance(0.0001))
      stamp = random.pick([
        '2018-02-29T00:00:00',
        '2018-12-30T00:00:60',
        '2018-12-30T00:00:00Z',
        '0000-01-01T00:00:00',
        'x',
      ]);
    if (random.chance(0.0001)) fixed[random.below(4)] = 'other';
    return [id, stamp, boundary, ...fixed, request];
  };
}

function timestamp(random: Random, time: number): string {
  const text = new Date(time).toISOString();
  return random.pick([
    text.slice(0, 19),
    text.slice(0, 23),
    `${text.slice(0, 23)}${hex(random, 3).replace(/[a-f]/g, '0')}`,
    text.slice(0, 21),
  ]);
}

function randomOptions(random: Random, width: number): Options {
  const types: readonly ColumnType[] = ['null', 'integer', 'number', 'boolean', 'string'];
  const forced = Array.from({ length: width }, () => (random.chance(0.2) ? random.pick(types) : undefined));
  return {
    designation: random.pick(['inputs', 'predictions']),
    header: random.pick(['auto', 'auto', 'auto', 'present', 'absent']),
    ...(random.chance(0.1) ? { types: forced as readonly ColumnType[] } : {}),
    settings: {
      empty: random.pick(['null', 'string']),
      keepAmlColumns: false,
      ...(random.chance(0.1) ? { since: '2018-12-30T23:55:00' } : {}),
      ...(random.chance(0.1) ? { until: '2018-12-31T00:10:00.5' } : {}),
    },
  };
}

const BYTES = [
  0x22, 0x22, 0x2c, 0x0a, 0x0d, 0x5c, 0x00, 0x80, 0xc3, 0xff, 0x2e, 0x2d, 0x65, 0x30, 0x24, 0xef,
];

/** The content with a few things done to it that a disk, an editor or a careless script might do. */
export function mutate(random: Random, content: Buffer): Buffer {
  let result = Buffer.from(content);
  for (let n = random.pick([0, 1, 1, 1, 2, 5]); n > 0 && result.length > 1; n -= 1) {
    const at = random.below(result.length);
    const to = Math.min(result.length, at + 1 + random.below(random.pick([1, 4, 100, 2000])));
    const lines = result.toString('latin1').split(/(?<=\n)/);
    const line = random.below(lines.length);
    switch (random.below(9)) {
      case 0:
        result[at] = random.below(256);
        break;
      case 1:
        result[at] = random.pick(BYTES);
        break;
      case 2:
        result = Buffer.concat([result.subarray(0, at), Buffer.of(random.pick(BYTES)), result.subarray(at)]);
        break;
      case 3:
        result = result.subarray(0, at);
        break;
      case 4:
        result = Buffer.concat([result.subarray(0, at), result.subarray(to)]);
        break;
      case 5:
        result = Buffer.concat([result.subarray(0, to), result.subarray(at)]);
        break;
      case 6:
        lines.splice(line, 0, lines[0] ?? '');
        result = Buffer.from(lines.join(''), 'latin1');
        break;
      case 7:
        lines.splice(random.below(lines.length), 0, ...lines.splice(line, 1 + random.below(5)));
        result = Buffer.from(lines.join(''), 'latin1');
        break;
      default:
        lines.splice(line, 0, lines[random.below(lines.length)] ?? '');
        result = Buffer.from(lines.join(''), 'latin1');
    }
  }
  return result;
}

/** A file, sound or damaged, and the chunks in which the kernel reads it. */
export function randomCase(random: Random): RandomFile {
  const { content: sound, options } = randomFile(random, random.pick([3, 30, 200, 2500]));
  const content = random.chance(0.5) ? sound : mutate(random, sound);
  return { content, options: { ...options, sizes: randomChunks(random, content.length) } };
}

/** Sizes of chunks: down to single bytes for small files. */
export function randomChunks(random: Random, length: number): () => number {
  const largest = random.pick(length < 20_000 ? [1, 16, 64, 1000] : [1000, 100_000]);
  return () => 1 + random.below(largest);
}
