import type { CliIo } from './cli-io.js';
import { EXIT } from './exit-status.js';

export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening; a later signal acts as if nothing had ever listened. */
  stop(): void;
}

/** The first SIGINT or SIGTERM asks the run to end well; the second one ends the process. */
export function listenForInterrupts(
  io: Pick<CliIo, 'onInterrupt' | 'exitNow'>,
  onFirst: () => void,
): Interruption {
  const controller = new AbortController();
  const stop = io.onInterrupt(() => {
    if (controller.signal.aborted) {
      io.exitNow(EXIT.interrupted);
      return;
    }
    // Said before listeners of the signal do anything that takes time.
    onFirst();
    controller.abort(new Error('SIGINT or SIGTERM'));
  });
  return { signal: controller.signal, stop };
}
