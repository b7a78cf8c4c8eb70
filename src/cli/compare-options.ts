import type { Option } from 'commander';
import type { CompareOptions } from '../convert/compare/compare-options.js';
import { declare } from './declare-option.js';
import { keyed, type OptionParser, oneOf, timeSpan, wholeNumber } from './option-parsers.js';

const COMPARISON = 'The comparison:';

/** As commander hands them over. */
export type CompareValues = Pick<CompareOptions, 'v2Writer' | 'sample' | 'gate'> & {
  readonly maxLag?: number;
  readonly examples?: number;
};

/** What two trees that were written at the same time are compared by (`CompareOptions`). */
export function compareOptions(): Option[] {
  return [
    declare(
      COMPARISON,
      '--v2-writer <who>',
      "whose events V2 holds: mdc-bridge, or azure for Azure's own collector, which rounds and batches (default: mdc-bridge)",
      (flag) => oneOf(flag, ['mdc-bridge', 'azure']),
    ),
    declare(
      COMPARISON,
      '--max-lag <time>',
      'how old a call must be before one side may not miss it: 90s, 15m, 2h (default: 15m)',
      duration,
    ),
    declare(
      COMPARISON,
      '--sample <collection=percent>',
      'the rate at which the v2 side collects, in place of the one that its own record tells: model_inputs=10; may be repeated',
      (flag) =>
        keyed(flag, {
          accepted: 'a collection and its rate from 0 to 100: model_inputs=10',
          read: percent,
        }),
    ),
    declare(
      COMPARISON,
      '--gate <limits>',
      'decides the exit status: missing=0,different=0,hours=24 (the latest 24 hours must be clean and have calls)',
    ),
    declare(COMPARISON, '--examples <n>', 'show so many of each kind and collection (default: 5)', (flag) =>
      wholeNumber(flag, 0, 1000),
    ),
  ];
}

/** Only what was given. */
export function compareValues({ maxLag, examples, v2Writer, sample, gate }: CompareValues): CompareOptions {
  return {
    ...(maxLag === undefined ? {} : { maxLagSeconds: maxLag }),
    ...(examples === undefined ? {} : { maxExamples: examples }),
    ...(v2Writer === undefined ? {} : { v2Writer }),
    ...(sample === undefined ? {} : { sample }),
    ...(gate === undefined ? {} : { gate }),
  };
}

/** As `timeSpan`, in seconds. */
function duration(flag: string): OptionParser<number> {
  const ms = timeSpan(flag);
  return (text, before) => ms(text, before) / 1000;
}

function percent(text: string): number | undefined {
  const value = /^\d{1,3}(?:\.\d+)?%?$/.test(text) ? Number(text.replace('%', '')) : Number.NaN;
  return value <= 100 ? value : undefined;
}
