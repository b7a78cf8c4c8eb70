import { MdcBridgeError } from '../errors.js';

/** Why rows that were sent are not written. `disabled`: the configuration does not have the collection. */
export type RefusedReason = 'invalid' | 'disabled' | 'full';

/** A request that is not taken. Its answer says why, and what to do. */
export class Refusal extends MdcBridgeError {
  /** Of HTTP. */
  readonly status: number;
  readonly reason: RefusedReason;

  constructor(
    status: number,
    message: string,
    { reason = 'invalid', remedy }: { readonly reason?: RefusedReason; readonly remedy: string },
  ) {
    super(status === 503 ? 'storage' : 'usage', message, { remedy });
    this.name = 'Refusal';
    this.status = status;
    this.reason = reason;
  }
}

/** There is no room now, and there will be. */
export function full(what: string): Refusal {
  return new Refusal(503, what, {
    reason: 'full',
    remedy: 'send it again after the seconds of Retry-After; see why the storage takes less (/metrics)',
  });
}
