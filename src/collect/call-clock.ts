/** Milliseconds since 1970, UTC; the fraction holds microseconds. */
export type Clock = () => number;

/** Further apart than that, the system's clock has been set. */
const MAX_DRIFT_MS = 2;

/** The system's clock, with the microseconds of the process's own: never more than 2 ms from the former. */
export function systemClock(): Clock {
  let offset = Date.now() - performance.now();
  return () => {
    const [now, own] = [Date.now(), performance.now()];
    const drift = now - (own + offset);
    if (drift > MAX_DRIFT_MS || drift < -MAX_DRIFT_MS) offset = now - own;
    return own + offset;
  };
}

/** Formats times of one second, and then of the next: the second's text is made once. */
export class TimestampFormat {
  #second = Number.NaN;
  #text = '';

  /** `YYYY-MM-DDTHH:MM:SS[.ffffff]`, as Python's `isoformat`: no fraction when it is zero. */
  format(time: number): string {
    const micros = Math.floor(time * 1000);
    const second = Math.floor(micros / 1_000_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toISOString().slice(0, 19);
    }
    const rest = micros - second * 1_000_000;
    return rest === 0 ? this.#text : `${this.#text}.${String(rest).padStart(6, '0')}`;
  }
}
