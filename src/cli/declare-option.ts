import { Option } from 'commander';
import type { OptionParser } from './option-parsers.js';

/** Without a parser the option is a flag, or takes its text as it is. */
export function declare<T>(
  group: string,
  flags: string,
  description: string,
  parser?: (flag: string) => OptionParser<T>,
): Option {
  const made = new Option(flags, description).helpGroup(group);
  if (parser === undefined) return made;
  const flag = `--${made.name()}`;
  const parse = parser(flag);
  return made.argParser<T | undefined>((text, previous) => parse(text, previous));
}
