import type { Destination } from './destination.js';
import { full, type Refusal } from './refusal.js';
import type { Accepted } from './served-collection.js';

/** Told when rows are kept, or why they are not. */
export type Settle = (refusal: Refusal | undefined) => void;

/** What one turn of the event loop has accepted is written to the disk at once, and answered then. */
export class Commits {
  #waiting: { readonly accepted: Accepted; readonly settle: Settle }[] = [];

  add(accepted: Accepted, settle: Settle): void {
    if (this.#waiting.length === 0) setImmediate(this.#commit);
    this.#waiting.push({ accepted, settle });
  }

  readonly #commit = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    const destinations = new Set<Destination>();
    for (const { accepted } of waiting)
      for (const { destination } of accepted.sides) destinations.add(destination);
    const refusing = [...destinations].filter((destination) => !destination.commit());
    for (const { accepted, settle } of waiting)
      settle(refusing.length === 0 ? undefined : withdraw(accepted, refusing));
  };
}

function withdraw({ collection, sides }: Accepted, refusing: readonly Destination[]): Refusal | undefined {
  const refused = sides.filter(({ destination }) => refusing.includes(destination));
  for (const { destination, call } of refused) {
    if (call.kind === 'nothing') continue;
    destination.counters.withdrew(collection, call.rows, call.bytes.length);
    call.giveBack();
  }
  return refused.length === 0 ? undefined : full("the spool's disk takes nothing");
}
