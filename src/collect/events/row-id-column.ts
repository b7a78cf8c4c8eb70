import { MdcBridgeError } from '../../errors.js';
import { userPartOf } from '../../legacy/correlation.js';
import type { RowIdOptions } from '../../mapping/settings.js';
import { resolveSettings } from '../../mapping/settings.js';
import { checkChoice } from '../choice.js';
import type { Frame } from '../table.js';
import type { CallPart } from './call-places.js';

/** The values of one call's row ids, by the rows' places in it, and the name of their column. */
export interface RowIds {
  readonly name: string;
  readonly values: readonly (string | null)[];
}

/** The column by which ground truth is joined later, with the values that converted events have. */
export class RowIdColumn {
  readonly #name: string;
  readonly #by: RowIdOptions['by'];

  /** @throws MdcBridgeError `usage` for a name that the monitors can't have, and for values that there are not. */
  constructor(options: RowIdOptions) {
    checkChoice('rowId.by', options.by ?? null, ['user', 'correlation']);
    const { rowId } = resolveSettings({ rowId: options });
    this.#name = rowId?.name ?? '';
    this.#by = options.by;
  }

  /** @param ownId the call's, which its parts' ids begin with. */
  of(ownId: string, parts: readonly CallPart[]): RowIds {
    return { name: this.#name, values: parts.flatMap((part) => this.#valuesOf(part, ownId)) };
  }

  #valuesOf({ correlationId, start, end, firstPlace }: CallPart, ownId: string): (string | null)[] {
    const rows = Array.from({ length: end - start }, (_, row) => row);
    if (this.#by === 'correlation') return rows.map((row) => `${correlationId}_${row}`);
    const user = userPartOf(ownId);
    if (user === undefined) return rows.map(() => null);
    const isAlone = firstPlace === 0 && rows.length === 1;
    return rows.map((row) => (isAlone ? user : `${user}_${firstPlace + row}`));
  }
}

/** The frame with the ids as one more column, its last. */
export function withRowIds(frame: Frame, { name, values }: RowIds): Frame {
  const { kinds } = frame;
  return {
    count: frame.count,
    names: [...frame.names, name],
    kinds: typeof kinds === 'string' ? frame.names.map(() => kinds) : kinds,
    row: (i) => [...Array.from(frame.row(i)), values[i]],
  };
}

/** @throws MdcBridgeError `usage` if the data has a column of that name, by the monitors' rule: whatever its case. */
export function checkFree(names: readonly string[], ids: RowIds): void {
  const lower = ids.name.toLowerCase();
  if (!names.some((name) => name.toLowerCase() === lower)) return;
  throw new MdcBridgeError('usage', `the data has a column ${JSON.stringify(ids.name)} already`, {
    remedy: "give rowId another name: it is the name of the row id's column",
  });
}
