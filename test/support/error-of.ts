import { MdcBridgeError } from '../../src/errors.js';

/** The typed error that a promise ends with; anything else fails the test. */
export async function errorOf(work: Promise<unknown>): Promise<MdcBridgeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MdcBridgeError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}
