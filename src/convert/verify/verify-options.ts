import { MdcBridgeError } from '../../errors.js';
import type { RunOptions } from '../run-options.js';

export interface VerifyOptions extends RunOptions {
  /** Reads only some sources, but those whole: `fraction` of them, chosen by `seed`. */
  readonly sample?: { readonly fraction: number; readonly seed: number };
  /** Lists at most so many findings and counts the others; 1,000 unless told. */
  readonly maxFindings?: number;
}

/** @throws MdcBridgeError `usage`. */
export function checkVerifyOptions({ sample, maxFindings }: VerifyOptions): void {
  if (sample !== undefined && !(sample.fraction > 0 && sample.fraction <= 1)) {
    throw new MdcBridgeError(
      'usage',
      `a sample is more than 0 and at most 1 of the files, not ${sample.fraction}`,
    );
  }
  if (maxFindings !== undefined && !(Number.isSafeInteger(maxFindings) && maxFindings >= 0)) {
    throw new MdcBridgeError('usage', `maxFindings must be a number of findings, not ${maxFindings}`);
  }
}
