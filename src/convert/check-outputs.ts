import { crc32 } from 'node:zlib';
import { StorageError } from '../errors.js';
import type { Storage } from '../storage/storage.js';
import { inLanes } from './lanes.js';
import { ProgressMeter } from './progress.js';
import type { CheckedOutputs, Output, SourceResult, WhyAgain } from './report.js';
import type { RunOptions } from './run-options.js';

/** Of so many sources an output is read at once: enough to keep a network busy, and a chunk of memory each. */
const SOURCES_AT_ONCE = 4;

export interface OutputsFound {
  readonly checked: CheckedOutputs;
  /** Source → what is wrong with the first of its outputs that is not as it was written. */
  readonly spoilt: ReadonlyMap<string, WhyAgain>;
}

/** Reads the outputs of these sources whole, and compares them with what the journal says. */
export async function checkOutputs(
  destination: Storage,
  done: readonly SourceResult[],
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>,
): Promise<OutputsFound> {
  const spoilt = new Map<string, WhyAgain>();
  const checked = { sources: done.length, outputs: 0, bytes: 0 };
  const meter = new ProgressMeter('repair', onProgress);
  meter.expect(
    done.length,
    done.flatMap(({ outputs }) => outputs).reduce((sum, { size }) => sum + size, 0),
  );
  await inLanes(SOURCES_AT_ONCE, done, async ({ source, outputs }) => {
    for (const output of outputs) {
      const why = await whySpoilt(destination, output, signal);
      checked.outputs += 1;
      checked.bytes += output.size;
      meter.read(output.size, 0);
      if (why !== undefined && !spoilt.has(source)) spoilt.set(source, why);
    }
    meter.fileDone();
  });
  return { checked, spoilt };
}

async function whySpoilt(
  destination: Storage,
  { name, size, crc32: written }: Output,
  signal: AbortSignal | undefined,
): Promise<WhyAgain | undefined> {
  let [crc, bytes] = [0, 0];
  try {
    for await (const chunk of destination.read(name, {}, signal)) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
    }
  } catch (error) {
    if (error instanceof StorageError && error.reason === 'ENOENT') return 'output-missing';
    throw error;
  }
  return bytes === size && crc === Number.parseInt(written, 16) ? undefined : 'output-changed';
}
