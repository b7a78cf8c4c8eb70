import { userPartOf } from '../../legacy/correlation.js';
import type { ExpectedEvent } from '../verify/expected-event.js';

const SUFFIX = /(?:\.r\d+)?(?:\.\d+)?$/;

/** What an id can mean: an event's id, an event's correlationid, a call's correlation id, or the caller's own part of it. */
export class CallMatch {
  readonly #id: string;
  /** The id, and what is left of it without a late call's and a part's suffix. */
  readonly #calls: ReadonlySet<string>;

  constructor(id: string) {
    this.#id = id;
    this.#calls = new Set([id, id.replace(/\.\d+$/, ''), id.replace(SUFFIX, '')]);
  }

  /** The text that every CSV row and event of the call holds. */
  get shortest(): string {
    return [...this.#calls].reduce((a, b) => (b.length > 0 && b.length < a.length ? b : a), this.#id);
  }

  /** Exactly what was asked for. */
  names({ id, correlationId, ownId }: Pick<ExpectedEvent, 'id' | 'correlationId' | 'ownId'>): boolean {
    if (id === this.#id || correlationId === this.#id || ownId === this.#id) return true;
    return ownId !== undefined && userPartOf(ownId) === this.#id;
  }

  /** Perhaps another part of the same call. */
  mayBelong(event: Pick<ExpectedEvent, 'id' | 'correlationId' | 'ownId'>): boolean {
    return this.names(event) || (event.ownId !== undefined && this.#calls.has(event.ownId));
  }
}
