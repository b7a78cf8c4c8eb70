import { MdcBridgeError } from '../../errors.js';
import type { RowIdOptions } from '../../mapping/settings.js';
import { resolveSettings } from '../../mapping/settings.js';
import type { Frame } from '../table.js';
import type { CallPart } from './call-places.js';

/** What the old SDK's ids look like that begin with the user's own. */
const USER_ID = /^(.*)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/s;

/** The column by which ground truth is joined later, with the values that converted events have. */
export class RowIdColumn {
  readonly #name: string;
  readonly #by: RowIdOptions['by'];

  /** @throws MdcBridgeError `usage` for a name that the monitors can't have. */
  constructor(options: RowIdOptions) {
    const { rowId } = resolveSettings({ rowId: options });
    this.#name = rowId?.name ?? '';
    this.#by = options.by;
  }

  /**
   * The frame with one more column, its last.
   *
   * @throws MdcBridgeError `usage` if the frame has such a column.
   */
  addTo(frame: Frame, ownId: string, parts: readonly CallPart[]): Frame {
    if (frame.count === 0) return frame;
    if (frame.names.includes(this.#name)) throw taken(this.#name);
    const ids = parts.flatMap((part) => this.#idsOf(part, ownId));
    const { kinds } = frame;
    return {
      count: frame.count,
      names: [...frame.names, this.#name],
      kinds: typeof kinds === 'string' ? frame.names.map(() => kinds) : kinds,
      row: (i) => [...Array.from(frame.row(i)), ids[i]],
    };
  }

  #idsOf({ correlationId, start, end, firstPlace }: CallPart, ownId: string): (string | null)[] {
    const rows = Array.from({ length: end - start }, (_, row) => row);
    if (this.#by === 'correlation') return rows.map((row) => `${correlationId}_${row}`);
    const user = USER_ID.exec(ownId)?.[1];
    if (user === undefined) return rows.map(() => null);
    const isAlone = firstPlace === 0 && rows.length === 1;
    return rows.map((row) => (isAlone ? user : `${user}_${firstPlace + row}`));
  }
}

function taken(name: string): MdcBridgeError {
  return new MdcBridgeError('usage', `the data has a column ${JSON.stringify(name)} already`, {
    remedy: "give rowId another name: it is the name of the row id's column",
  });
}
