import type { Option } from 'commander';
import { declare } from './declare-option.js';
import { byteSize, csvNames, keyed, oneOf, rowId, variants } from './option-parsers.js';

const NAMES = 'Names in the v2 tree:';
const ROWS = 'Rows and events:';
const COLUMNS = 'Headers, columns and types:';

const PLACEHOLDERS = '{sub} {rg} {ws} {service} {model} {version} {designation} {collection}';

/** All that changes a byte of the result (`MappingOptions`). */
export function mappingOptions(): Option[] {
  return [
    declare(NAMES, '--endpoint <template>', `endpoint's name, of ${PLACEHOLDERS} (default: {service})`),
    declare(NAMES, '--deployment <template>', "deployment's name (default: {model}-{version})"),
    declare(
      NAMES,
      '--collection <template>',
      "collection's name (default: model_inputs, model_outputs, labels, signals_{collection}, …)",
    ),
    declare(
      NAMES,
      '--map <designation=collection>',
      'rename one designation: raw=model_inputs; may be repeated',
      (flag) =>
        keyed(flag, {
          accepted: 'a designation and its collection: raw=model_inputs',
          read: (value) => (value === '' ? undefined : value),
        }),
    ),
    declare(
      NAMES,
      '--identity <[pattern=]identity>',
      'sub/rg/ws/service/model/version of sources that name none; may be repeated, each with a pattern on their names',
      (flag) =>
        keyed(flag, {
          accepted: 'six parts, sub/rg/ws/service/model/version, with PATTERN= before them if need be',
          keyless: '*',
          read: (value) => (/^[^/]+(?:\/[^/]+){5,}$/.test(value) ? value : undefined),
        }),
    ),
    declare(ROWS, '--since <time>', 'only rows from this time on, UTC: 2024-02-29 or 2024-02-29T12:00:00Z'),
    declare(ROWS, '--until <time>', 'only rows before this time'),
    declare(
      ROWS,
      '--explode <when>',
      'one row of many predictions → many rows: auto (where the inputs prove it), always, never (default: auto)',
      (flag) => oneOf(flag, ['auto', 'always', 'never']),
    ),
    declare(
      ROWS,
      '--pair <how>',
      'order: lend uncorrelated predictions the correlation of the input row at the same place of the day (default: none)',
      (flag) => oneOf(flag, ['none', 'order']),
    ),
    declare(
      ROWS,
      '--row-id <[name=]by>',
      'add a column (default: correlation_id) for joining ground truth, by user or by correlation',
      rowId,
    ),
    declare(ROWS, '--keep-aml-columns', 'keep the eight $aml_ columns in the rows'),
    declare(
      ROWS,
      '--dataref-over <size>',
      'write the rows of larger events to a file of their own: 4MiB',
      byteSize,
    ),
    declare(
      ROWS,
      '--dataref-base <url>',
      "address of the v2 root that datarefs begin with (default: DEST's own)",
    ),
    declare(
      COLUMNS,
      '--header <[pattern=]verdict>',
      'present or absent: whether the first line is a header, where the plan is wrong; may be repeated',
      (flag) =>
        keyed<'present' | 'absent'>(flag, {
          accepted: 'present or absent, with PATTERN= before it if need be',
          keyless: '*',
          read: (value) => (value === 'present' || value === 'absent' ? value : undefined),
        }),
    ),
    declare(
      COLUMNS,
      '--columns <names>',
      'names for sources without a header, as a line of CSV: age,zip',
      csvNames,
    ),
    declare(
      COLUMNS,
      '--variant <[collection:]width=names>',
      'names for rows of another width, as a line of CSV: 3=age,zip,bmi; may be repeated',
      variants,
    ),
    declare(
      COLUMNS,
      '--empty <as>',
      'what an empty field of a string column becomes: null or string (default: null)',
      (flag) => oneOf(flag, ['null', 'string']),
    ),
  ];
}
