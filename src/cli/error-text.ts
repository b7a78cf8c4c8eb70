import { MdcBridgeError, type Place } from '../errors.js';
import { withoutSecrets } from '../storage/secrets.js';
import type { Paint } from './render/paint.js';
import { printable } from './render/printable.js';

const ISSUES = 'the project\'s issue tracker (see "bugs" or the README of the package mdc-bridge)';
/** Beyond these a chain of causes repeats itself. */
const MOST_CAUSES = 3;

/** Any error as lines for a person: what, where, why, what to do. A stack only where the fault is ours. */
export function errorText(error: unknown, paint: Paint): string[] {
  // An argument that is quoted, or what a service's SDK says, may hold a SAS.
  return errorLines(error, paint).map(withoutSecrets);
}

function errorLines(error: unknown, paint: Paint): string[] {
  const known = error instanceof MdcBridgeError ? error : undefined;
  if (known === undefined || known.code === 'internal') return bugText(error, paint);
  const [what = '', ...more] = known.message.split('\n');
  return [
    `${paint('red', 'mdc-bridge:')} ${printable(what)}${placeText(known.place)}`,
    ...more.map((line) => `  ${printable(line)}`),
    ...causeTexts(known.message, known.cause).map((cause) => paint('dim', `  because ${cause}`)),
    ...(known.remedy === undefined ? [] : known.remedy.split('\n').map((line) => `→ ${printable(line)}`)),
  ];
}

export function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  const { file, line, offset } = place;
  const parts = [
    ...(file === undefined ? [] : [printable(file)]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(offset === undefined ? [] : [`byte ${offset}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** One line a cause, as far as each says something new. */
function causeTexts(message: string, cause: unknown): string[] {
  const texts: string[] = [];
  const said = [message];
  // A cause may lead back to itself.
  const seen = new Set<unknown>();
  for (let next = cause; next !== undefined && !seen.has(next) && texts.length < MOST_CAUSES; ) {
    seen.add(next);
    const text = next instanceof Error ? next.message : String(next);
    if (text !== '' && !said.some((before) => before.includes(text))) {
      said.push(text);
      texts.push(printable(text.split('\n', 1)[0] ?? ''));
    }
    next = next instanceof Error ? next.cause : undefined;
  }
  return texts;
}

function bugText(error: unknown, paint: Paint): string[] {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `${paint('red', 'mdc-bridge:')} this is a bug in mdc-bridge, not in your data or your command`,
    ...stack.split('\n').map((line) => `  ${printable(line)}`),
    `→ please report it with these lines, the command and the version at ${ISSUES}`,
    '→ what was converted before is whole: the same command, run again, goes on from there',
  ];
}
