import { readFileSync } from 'node:fs';
import type { Option } from 'commander';
import { MdcBridgeError } from '../errors.js';
import { addDatastore, type Datastores, parseDatastores } from '../storage/datastores.js';
import { declare } from './declare-option.js';
import { byteSize, type OptionParser, positiveNumber, wholeNumber } from './option-parsers.js';

const STORAGE = 'Blob storage:';

/** How blob storage is reached (`StorageOptions`). */
export function storageOptions(): Option[] {
  return [
    declare(
      STORAGE,
      '--datastore <name=url>',
      'where an azureml:// datastore lies: workspaceblobstore=https://…; @FILE has a line for each; may be repeated',
      datastore,
    ),
    declare(STORAGE, '--concurrency <n>', 'requests at once (default: 16)', (flag) =>
      wholeNumber(flag, 1, 1024),
    ),
    declare(
      STORAGE,
      '--bytes-in-flight <size>',
      'bytes of requests in memory at once (default: 64MiB)',
      byteSize,
    ),
    declare(
      STORAGE,
      '--max-mbps <n>',
      'megabits a second, up and down together (default: no limit)',
      positiveNumber,
    ),
    declare(
      STORAGE,
      '--retry-seconds <n>',
      'how long requests are repeated while none is answered, or one keeps failing (default: 300)',
      (flag) => wholeNumber(flag, 0, 86_400),
    ),
  ];
}

/** `name=URL`, or `@file` with such lines: a SAS on the command line is seen by whoever lists the processes. */
export function datastore(flag: string): OptionParser<Datastores> {
  return (text, previous = {}) => {
    if (!text.startsWith('@')) return addDatastore(text, previous);
    const file = text.slice(1);
    return parseDatastores(linesOf(flag, file), previous, file);
  };
}

function linesOf(flag: string, file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (cause) {
    throw new MdcBridgeError('usage', `the file of ${flag} can't be read`, {
      place: { file },
      cause,
      remedy: `name a file with lines name=URL: ${flag} @datastores.txt`,
    });
  }
}
