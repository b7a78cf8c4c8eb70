import { MdcBridgeError } from '../errors.js';

/** What is no option of TypeScript's may still come from JavaScript. @throws MdcBridgeError `usage` for a value that is none of them. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  throw new MdcBridgeError('usage', `${name} can't be ${JSON.stringify(value)?.slice(0, 40)}`, {
    remedy: `give one of ${choices.join(', ')}`,
  });
}
