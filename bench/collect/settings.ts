import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const USAGE: string = `npm run bench:collect -- [options]

  --only 1,3          of: 1 a call, 2 the slowest calls at 20,000 a second, 3 throughput, 4 heap growth, 5 event-loop delay,
                      6 both layouts, 7 with one of them dead for a minute
  --quick             a tenth of everything, once: to see that it runs
  --runs 5            of every contender, in rounds
  --seed 1
  --work DIR          for what is written (removed): ${join(tmpdir(), 'mdc-bridge-bench')}
  --library FILE      the built library to measure: dist/index.js
  --results DIR       bench/results, for the collect.json of a run of all parts
`;

const ALL_PARTS = [1, 2, 3, 4, 5, 6, 7] as const;
export type Part = (typeof ALL_PARTS)[number];

/** What one invocation does; resolved here and nowhere else. */
export interface CollectSettings {
  readonly parts: readonly Part[];
  readonly isWhole: boolean;
  readonly isQuick: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly work: string;
  readonly library: string;
  readonly results: string;
}

/** @throws Error with a sentence for the user. */
export function parseCollectSettings(args: readonly string[]): CollectSettings | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string', default: '1' },
      work: { type: 'string', default: join(tmpdir(), 'mdc-bridge-bench') },
      library: { type: 'string', default: fileURLToPath(new URL('../../dist/index.js', import.meta.url)) },
      results: { type: 'string', default: fileURLToPath(new URL('../results', import.meta.url)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const parts = values.only === undefined ? ALL_PARTS : values.only.split(',').map(partNumbered);
  return {
    parts,
    isWhole: parts === ALL_PARTS,
    isQuick: values.quick,
    runs: wholeNumber('--runs', values.runs ?? (values.quick ? '1' : '5')),
    seed: wholeNumber('--seed', values.seed),
    work: resolve(values.work),
    library: resolve(values.library),
    results: resolve(values.results),
  };
}

/** Calls or seconds: a tenth of them where it must only be seen that it runs. */
export function amount({ isQuick }: CollectSettings, full: number): number {
  return isQuick ? full / 10 : full;
}

function partNumbered(text: string): Part {
  const part = ALL_PARTS.find((known) => String(known) === text.trim());
  if (part === undefined) throw new Error(`no part ${text}: there are ${ALL_PARTS.join(', ')}`);
  return part;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${option} must be a positive number, not ${text}`);
  return value;
}
