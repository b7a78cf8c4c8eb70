import { sdkHeaders } from './sidecars.js';

type Random = () => number;

/** A hostile request's bytes. */
export function hostileRequest(random: Random): Buffer {
  return pick(random, KINDS)(random);
}

const KINDS: readonly ((random: Random) => Buffer)[] = [
  (random) => noise(random, 2000),
  (random) => broken(random, head(random, bodyOf(random).length), bodyOf(random)),
  // Headers of any name and value, some of them the event's own.
  (random) => request(random, bodyOf(random), fuzzedHeaders(random)),
  // Lengths that are not the body's.
  (random) => Buffer.concat([head(random, pick(random, LENGTHS)), bodyOf(random)]),
  // Chunks that are none, or never end.
  (random) => Buffer.concat([head(random, 'chunked'), chunks(random)]),
  // Both lengths at once, as smugglers send.
  (random) => Buffer.concat([head(random, 'chunked', ['Content-Length: 4']), chunks(random)]),
  // JSON that is none, and JSON that is no rows.
  (random) => request(random, mutated(random, bodyOf(random))),
  (random) => request(random, Buffer.from(pick(random, ODD_JSON))),
  (random) => request(random, noise(random, 500)),
  // Several on one connection, the last one cut.
  (random) => {
    const all = Buffer.concat([1, 2, 3].map(() => request(random, bodyOf(random))));
    return all.subarray(0, Math.floor(random() * all.length));
  },
];

const LENGTHS = [
  '0',
  '-1',
  '1e3',
  '99999999999999999999',
  '0x10',
  '',
  '5, 5',
  '67108865',
  '3',
  '100000',
  '+9',
  ' 9 ',
];

const ODD_JSON = [
  '[]',
  '[[]]',
  '[{}]',
  'null',
  '{"a":1}',
  '[{"a":NaN}]',
  '[{"__proto__":{"polluted":true},"constructor":1}]',
  '[{"a":1,"a":2}]',
  `[{"a":${'['.repeat(5000)}`,
  `[{"a":${'{"a":'.repeat(90)}1${'}'.repeat(90)}}]`,
  `[{"a":1${'0'.repeat(10_000)}}]`,
  '[{"a":1e400}]',
  '[{"a":"\\ud800"}]',
  `[${'{},'.repeat(20_000)}{}]`,
  `[{${Array.from({ length: 3000 }, (_, i) => `"c${i}":${i}`).join(',')}}]`,
  Array.from({ length: 2 }, (_, i) => `[{"c${i}":1}]`).join(''),
];

function bodyOf(random: Random): Buffer {
  const rows = Array.from({ length: Math.floor(random() * 4) }, (_, i) => ({
    i,
    x: random(),
    text: noise(random, 30).toString('latin1'),
    nested: [null, { a: [true] }],
  }));
  return Buffer.from(JSON.stringify(rows));
}

function request(random: Random, body: Buffer, more: readonly string[] = []): Buffer {
  return Buffer.concat([head(random, String(body.length), more), body]);
}

function head(random: Random, length: number | string, more: readonly string[] = []): Buffer {
  const collection = pick(random, [
    'model_inputs',
    'model_outputs',
    `x${Math.floor(random() * 100)}`,
    '../..',
    'a/b',
    '',
  ]);
  const id = `hostile-${Math.floor(random() * 1e9)}`;
  const own = Object.entries(sdkHeaders(collection, id)).map(([name, value]) => `${name}: ${value}`);
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const line = pick(random, [
    'POST /modeldata/log HTTP/1.1',
    'POST /modeldata/log?x HTTP/1.1',
    'POST /modeldata/log HTTP/1.0',
  ]);
  return Buffer.from([line, 'Host: x', ...own, ...more, size, '', ''].join('\r\n'), 'latin1');
}

function fuzzedHeaders(random: Random): string[] {
  const names = [
    'ce-time',
    'ce-id',
    'ce-data',
    'ce-',
    'ce-type',
    'ce-x-request-id',
    'content-type',
    'content-encoding',
    'expect',
  ];
  const values = [
    '',
    'NaN',
    '1e99',
    '-62135596801',
    '9999-12-31T23:59:60Z',
    '../../etc/passwd',
    '%00',
    'é'.repeat(50),
    '"}\\',
    'gzip',
    '100-continue',
  ];
  const count = Math.floor(random() * 6);
  const some = Array.from({ length: count }, () => `${pick(random, names)}: ${pick(random, values)}`);
  const many = random() < 0.1 ? Array.from({ length: 300 }, (_, i) => `ce-extra${i}: ${i}`) : [];
  const long = random() < 0.1 ? [`x-long: ${'y'.repeat(30_000)}`] : [];
  return [...some, ...many, ...long];
}

function chunks(random: Random): Buffer {
  const sizes = ['5', 'ffffffff', 'zz', '-1', '0', '5;ext=1', 'a', `5;${'e'.repeat(20_000)}`];
  const parts = Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => `${pick(random, sizes)}\r\n[{"a"\r\n`,
  );
  return Buffer.from(parts.join('') + pick(random, ['0\r\n\r\n', '', '\r\n']));
}

function broken(random: Random, ...parts: readonly Buffer[]): Buffer {
  return mutated(random, Buffer.concat(parts));
}

/** Some bytes others, and perhaps cut. */
function mutated(random: Random, bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  for (let i = 0; i < 1 + random() * 5 && other.length > 0; i += 1) {
    other[Math.floor(random() * other.length)] = Math.floor(random() * 256);
  }
  return random() < 0.3 ? other.subarray(0, Math.floor(random() * other.length)) : other;
}

function noise(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}
