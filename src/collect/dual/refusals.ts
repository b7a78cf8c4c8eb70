import { MdcBridgeError } from '../../errors.js';

/** Without another refusal for so long, one is over, and the next one is told again. */
const EPISODE_MS = 60_000;
const PLACES = { legacy: 'the legacy rows', v2: 'the events' } as const;

/** Tells of calls that one side refuses while the other, whose word counts, takes them: when it begins, not of each call. */
export class Refusals {
  readonly #onError: (error: Error) => void;
  readonly #last = { legacy: Number.NEGATIVE_INFINITY, v2: Number.NEGATIVE_INFINITY };

  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** @param time of the call, in epoch ms. */
  tell(side: 'legacy' | 'v2', cause: unknown, time: number): void {
    const isNew = time - this.#last[side] > EPISODE_MS;
    this.#last[side] = time;
    if (!isNew) return;
    const [here, there] = side === 'v2' ? [PLACES.v2, PLACES.legacy] : [PLACES.legacy, PLACES.v2];
    const why = cause instanceof Error ? cause.message : String(cause);
    const remedy = cause instanceof MdcBridgeError ? cause.remedy : undefined;
    this.#onError(
      new MdcBridgeError('usage', `a call is not in ${here}, but in ${there}: ${why}`, {
        cause,
        ...(remedy === undefined ? {} : { remedy }),
      }),
    );
  }
}
