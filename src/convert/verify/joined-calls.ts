import type { LiveEvent } from './live-calls.js';
import type { Finding } from './report.js';

/** So many events are known by name, more than calls can be open at once; the others are only counted. */
const MAX_OPEN = 65_536;

interface OpenEvent {
  readonly event: LiveEvent;
  readonly taken: Set<number>;
}

/**
 * Events of other collectors whose calls the source has, and the rows in them that are none of their call's: such an event may have joined
 * several calls, and history has the others as well. Memory: the events whose rows have not all been met, and no
 * more than 65,536.
 */
export class JoinedCalls {
  readonly #open = new Map<string, OpenEvent>();
  #more = 0;

  /** After the rows of a call, or of a part of it, were looked for in these events. */
  note(events: readonly LiveEvent[]): void {
    for (const event of events) {
      if (event.isOurs) continue;
      const key = `${event.line.offset} ${event.object}`;
      // Its hour may have been forgotten and read again since the call's last part.
      const { taken } = this.#open.get(key) ?? { taken: new Set<number>() };
      for (const place of event.taken) taken.add(place);
      this.#open.delete(key);
      if (taken.size >= event.rowCount) continue;
      if (this.#open.size < MAX_OPEN) this.#open.set(key, { event, taken });
      else this.#more += 1;
    }
  }

  /** When the source has no more rows. */
  findings(source: string): Finding[] {
    const findings = [...this.#open.values()].map(({ event, taken }): Finding => {
      const rows = event.rowCount - taken.size;
      return {
        mark: '+',
        rows,
        text:
          `another collector's event has ${rows} ${rows === 1 ? 'row' : 'rows'} more than its call: ` +
          'those of other calls, perhaps, which history may have as well',
        source: { name: source },
        object: { name: event.object, line: event.line.number },
        differences: [],
      };
    });
    if (this.#more === 0) return findings;
    const text = `${this.#more} more events of another collector have more rows than their calls`;
    return [...findings, { mark: '+', rows: 0, text, source: { name: source }, differences: [] }];
  }
}
