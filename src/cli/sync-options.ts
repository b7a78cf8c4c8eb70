import type { Option } from 'commander';
import { declare } from './declare-option.js';
import { numberOrPercent, oneOf, timeSpan } from './option-parsers.js';

const FOLLOW = 'Following:';
const RUN = 'The run:';

/** How a tree that grows is followed; but for the last of them none changes a byte of what is converted in the end. */
export function syncOptions(): Option[] {
  return [
    declare(FOLLOW, '--watch', 'go on, pass after pass, until a signal ends it'),
    declare(FOLLOW, '--interval <time>', 'between two passes of --watch (default: 30s)', timeSpan),
    declare(
      FOLLOW,
      '--settle <time>',
      'the last call waits until its source has not grown for so long (default: 2m)',
      timeSpan,
    ),
    declare(
      FOLLOW,
      '--compact',
      'at the end, make one file an hour of the parts of each source that has settled, as convert does',
    ),
    declare(
      FOLLOW,
      '--on-type-change <what>',
      'a new column, or a value that does not fit its column: stop its collection, make the column a string ' +
        '(and convert the collection again), or reject such rows (default: stop)',
      (flag) => oneOf(flag, ['stop', 'string', 'reject']),
    ),
    declare(
      RUN,
      '--plan <file>',
      "a plan that `plan --out` has written, edited or not (default: DEST's, if it has one)",
    ),
    declare(
      RUN,
      '--max-rejects <n>',
      'rejected rows up to which the exit status is 0: 20, or 0.1% (default: 0)',
      numberOrPercent,
    ),
  ];
}
