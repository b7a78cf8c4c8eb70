import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_SIZES } from './generate/shapes.ts';
import { SHAPES, type ShapeName } from './generate/tree-manifest.ts';
import { parseSize } from './size.ts';

export const USAGE: string = `npm run bench -- [SHAPE ...] [options]

  SHAPE               ${SHAPES.join(', ')}; all unless told
  --size 0.74GB       of the tree (numeric, text and wide 0.74GB, many 0.26GB, one 2GB)
  --slow-size 200MB   of the tree for the slow: verify, the reference path, the csv-parse script
  --runs 3            of every contender, in rounds
  --only ID           only contenders whose id begins so (see README.md); may be repeated
  --scaling           time and memory against size, 1/16 to 1 of --size (4GB), instead of a shape
  --blobs             blobs to blobs through Azurite (128MB), instead of a shape
  --startup           mdc-bridge --version against node -e 0, instead of a shape
  --seed 1
  --work DIR          for trees (kept) and outputs (removed): ${join(tmpdir(), 'mdc-bridge-bench')}
  --library FILE      the built library to measure: dist/index.js
  --results DIR       bench/results
`;

/** What one invocation does; resolved here and nowhere else. */
export interface Settings {
  readonly shapes: readonly ShapeName[];
  readonly scaling: boolean;
  readonly startup: boolean;
  readonly blobs: boolean;
  /** Bytes; a shape's own default unless given. */
  readonly size: number | undefined;
  readonly slowSize: number;
  readonly runs: number;
  readonly only: readonly string[];
  readonly seed: number;
  readonly work: string;
  readonly library: string;
  readonly results: string;
}

/** @throws Error with a sentence for the user. */
export function parseSettings(args: readonly string[]): Settings | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      size: { type: 'string' },
      'slow-size': { type: 'string', default: '200MB' },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [] },
      scaling: { type: 'boolean', default: false },
      startup: { type: 'boolean', default: false },
      blobs: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      work: { type: 'string', default: join(tmpdir(), 'mdc-bridge-bench') },
      library: { type: 'string', default: fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
      results: { type: 'string', default: fileURLToPath(new URL('results', import.meta.url)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { scaling, startup, blobs } = values;
  const named = positionals.map(shapeNamed);
  return {
    shapes: named.length > 0 || scaling || startup || blobs ? named : SHAPES,
    scaling,
    startup,
    blobs,
    size: values.size === undefined ? undefined : parseSize(values.size),
    slowSize: parseSize(values['slow-size']),
    runs: wholeNumber('--runs', values.runs),
    only: values.only,
    seed: wholeNumber('--seed', values.seed),
    work: resolve(values.work),
    library: resolve(values.library),
    results: resolve(values.results),
  };
}

export function sizeOf(shape: ShapeName, { size }: Settings): number {
  return size ?? parseSize(DEFAULT_SIZES[shape]);
}

function shapeNamed(name: string): ShapeName {
  const shape = SHAPES.find((known) => known === name);
  if (shape === undefined) throw new Error(`no shape ${name}: there are ${SHAPES.join(', ')}`);
  return shape;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${option} must be a positive number, not ${text}`);
  return value;
}
