import type { CollectionPath } from '../../event/event-path.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { Identity } from '../plan-file.js';
import type { DayWindow } from './day-window.js';

export interface HistoricCollection extends CollectionPath {
  readonly role: Role;
  /** Of its first file. */
  readonly identity: Identity;
  readonly columns: readonly HistoricColumn[];
  /** In events, so far. */
  readonly rows: number;
  readonly events: number;
  /** By the plan. */
  readonly days: DayWindow;
  /** The time of the last row, or the last folder's date, as far as the plan knows. */
  readonly latest: string;
  /** The column that was added for joining ground truth; not one of `columns`. */
  readonly rowId?: string;
  /** The eight columns that the old collector added were kept. */
  readonly hasAmlColumns: boolean;
  /** Rows of large events lie in files of their own. */
  readonly hasDatarefs: boolean;
}

/** What the rows are to a monitor. */
export type Role = 'inputs' | 'outputs' | 'labels' | 'other';

export interface HistoricColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** 0-1, over all rows. */
  readonly nullRate: number;
}
