/** One call on both sides. The result of `traceCall`, and what `trace --json` prints; empty lists: nothing is known of the id. */
export interface CallTrace {
  readonly kind: 'mdc-bridge trace';
  readonly version: 1;
  /** What was asked for. */
  readonly id: string;
  /** Without credentials. */
  readonly source: string;
  readonly destination: string;
  readonly sourceId: string;
  /** Correlation ids of the calls it stands for, as the SDK made them; none for uncorrelated rows. */
  readonly calls: readonly string[];
  /** Those in which something was found, in the plan's order. */
  readonly collections: readonly TracedCollection[];
}

export interface TracedCollection {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  /** In the order of their files and offsets. */
  readonly rows: readonly TracedRow[];
  /** In the order of their objects and lines. */
  readonly events: readonly TracedEvent[];
}

/** A row of the legacy tree; one of many predictions is here once for each. */
export interface TracedRow {
  readonly source: string;
  /** Of its first byte. */
  readonly offset: number;
  /** 0-based, of the file's data rows, after explosion. */
  readonly ordinal: number;
  /** The user's columns by their names in the events; `field_{n}` where the plan knows no names. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The eight values, where the row has them. */
  readonly correlation?: Readonly<Record<string, string>>;
  /** The line as it stands in the file, without its ending. */
  readonly raw: string;
  /** Its correlation is borrowed from an input row (`--pair order`). */
  readonly inferred: boolean;
  readonly fate: RowFate;
}

export type RowFate =
  /** Where it must be; `line` (1-based) is absent when the v2 tree does not have the event. */
  | { readonly kind: 'event'; readonly object: string; readonly line?: number; readonly row: number }
  /** Live collection has its call: one of the events. */
  | { readonly kind: 'live'; readonly object: string; readonly line: number }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'out-of-range' };

export interface TracedEvent {
  readonly object: string;
  /** 1-based. */
  readonly line: number;
  /** Every attribute but the rows, in the order in which they are written. */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  /** Each row's JSON as it is written. */
  readonly rows: readonly string[];
}
