import { Option } from 'commander';
import { declare } from './declare-option.js';
import { numberOrPercent, repeated, share, wholeNumber } from './option-parsers.js';

/*
 * Every option once. An option's long name in camel case is its name in the library: `--dataref-over` is `datarefOver`.
 */

const SOURCE = 'Which sources:';
const COLUMNS = 'Headers, columns and types:';
const RUN = 'The run:';

/** Which part of SRC is meant, and how it is called within its container. */
export function sourceOptions(): Option[] {
  return [
    declare(
      SOURCE,
      '--prefix <path>',
      'what stands before SRC within its container, if SRC is a folder inside one',
    ),
    declare(SOURCE, '--source-name <name>', "the container's name, if SRC is a copy under another name"),
    declare(SOURCE, '--include <pattern>', 'take only sources whose name matches; may be repeated', repeated),
    declare(SOURCE, '--exclude <pattern>', 'leave out sources whose name matches; may be repeated', repeated),
  ];
}

export function typesLikeOption(): Option {
  return declare(
    COLUMNS,
    '--types-like <v2-tree>',
    'take the types from events that the new deployment has collected',
  );
}

/** How a conversion is run: none of these changes a byte of what is converted. */
export function convertOptions(): Option[] {
  return [
    declare(
      RUN,
      '--plan <file>',
      'a plan that `plan --out` has written, edited or not; excludes the options it holds',
    ),
    declare(
      RUN,
      '--max-rejects <n>',
      'rejected rows up to which the exit status is 0: 20, or 0.1% (default: 0)',
      numberOrPercent,
    ),
    declare(
      RUN,
      '--replan',
      'convert a collection again whose columns or types are not those of an earlier run',
    ),
    declare(
      RUN,
      '--repair',
      'read what earlier runs wrote, and convert those sources again whose events or rejects were changed',
    ),
    declare(
      RUN,
      '--skip-existing',
      'leave out the calls that live collection has in DEST already; without it, a run that would write them again stops',
    ),
  ];
}

export function planOutOption(): Option {
  return declare(RUN, '--out <file>', 'write the plan to a file, to be read, edited and given to convert');
}

export function verifyOptions(): Option[] {
  return [
    declare(
      RUN,
      '--report <file>',
      'write a page an auditor can sign: every file with counts and checksums of both sides; .csv: the same as a table',
    ),
    declare(RUN, '--sample <share>', 'check only this share of the sources, whole files: 5%', share),
    declare(RUN, '--seed <n>', 'chooses the sample (default: 0)', (flag) =>
      wholeNumber(flag, 0, 2 ** 32 - 1),
    ),
  ];
}

export function spoolToOption(): Option {
  return declare(
    RUN,
    '--to <url>',
    'send everything there, whatever the files say: the tree that the collector wrote to, a path or URL',
  );
}

export function workersOption(): Option {
  return declare(RUN, '--workers <n>', 'threads; 0 works in the main thread (default: one a core)', (flag) =>
    wholeNumber(flag, 0, 256),
  );
}

export function globalOptions(): Option[] {
  return [
    new Option('--json', 'print the result as one JSON document'),
    new Option('--quiet', 'no progress and no warnings, only results and errors'),
    new Option('--no-color', 'no colours; nor with NO_COLOR, nor where the output is no terminal'),
  ];
}
