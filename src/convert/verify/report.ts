import type { MappingSettings } from '../../mapping/settings.js';

/** `=` same, `-` only in the legacy tree, `+` only in the v2 tree, `*` different, `!` can't be read. */
export type Mark = '=' | '-' | '+' | '*' | '!';

/** Something that is not as it must be. Text is cut to what a person can read. */
export interface Finding {
  readonly mark: Exclude<Mark, '='>;
  /** Rows it stands for; 0 where it is about an event's attribute or a file, not about a row. */
  readonly rows: number;
  /** A sentence. */
  readonly text: string;
  /** Where in the legacy tree: the row's first byte. */
  readonly source?: { readonly name: string; readonly offset?: number };
  /** Where in the v2 tree: 1-based line of the object. */
  readonly object?: { readonly name: string; readonly line?: number };
  /** What differs: a row's columns, or an event's attribute. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** A column's name, or an attribute's. */
  readonly column: string;
  /** What the legacy tree holds, or asks for; absent: no such column there. */
  readonly legacy?: string;
  /** What the v2 tree holds, as its JSON is written; absent: no such key there. */
  readonly v2?: string;
}

/** Rows by mark. */
export interface MarkCounts {
  readonly same: number;
  readonly lost: number;
  readonly extra: number;
  readonly different: number;
  readonly unreadable: number;
}

/** What was counted: in one source, or over all of them. */
export interface AuditCounts extends MarkCounts {
  /** All lines of the source, headers and blank ones too. */
  readonly lines: number;
  readonly exploded: number;
  readonly headers: number;
  readonly blanks: number;
  /** Rows accounted for in the rejects, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly outOfRange: number;
  /** Rows that live collection has: they stand in its events, with the same values. */
  readonly existing: number;
  /** Rows whose correlation is inferred (`--pair order`). */
  readonly inferred: number;
  readonly events: number;
  /** Rows that the v2 tree holds. */
  readonly rowsOut: number;
}

/** One source and what was found of it. The counts are the auditor's own, not the converter's. */
export interface VerifiedFile extends AuditCounts {
  readonly source: string;
  readonly size: number;
  /** Of the source, in hex; of its first `size` bytes if it has grown since. Empty if it is not there. */
  readonly sha256: string;
  /** lines + exploded = rows out + rejected + headers + blanks + out of range + existing. */
  readonly balanced: boolean;
  /** Files of the v2 tree that are this source's: event files, rows of datarefs, rejects. */
  readonly outputs: readonly VerifiedOutput[];
  /** Findings about this source, whether they are listed or not. */
  readonly findings: number;
}

export interface VerifiedOutput {
  readonly name: string;
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
}

/** Sums over all verified files. */
export interface VerifyTotals extends AuditCounts {
  readonly files: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Files for which the balance does not hold. */
  readonly unbalanced: number;
}

/** The result of `verifyTree`, and what `verify --json` prints. The same trees give the same report. */
export interface VerifyReport {
  readonly kind: 'mdc-bridge verification';
  readonly version: 1;
  /** Version of the mapping by which the tree was converted. */
  readonly mapping: number;
  /** Without credentials. */
  readonly source: string;
  readonly destination: string;
  readonly sourceId: string;
  readonly settings: MappingSettings;
  /** Nothing was found. */
  readonly ok: boolean;
  readonly totals: VerifyTotals;
  /** Ordered by the UTF-8 bytes of their names. */
  readonly files: readonly VerifiedFile[];
  readonly findings: readonly Finding[];
  /** Findings beyond `maxFindings`, counted and not listed. */
  readonly findingsLeftOut: number;
  /** Absent when every source was read. */
  readonly sample?: { readonly fraction: number; readonly seed: number; readonly filesLeftOut: number };
  /** Of sources that `sync` follows: what had not settled by its last pass, or has come since, and is not proved. Absent: nothing. */
  readonly unsettled?: { readonly files: number; readonly bytes: number };
  /** Event files in the v2 tree that belong to no source of this tree: counted, not read. */
  readonly foreign: { readonly files: number; readonly bytes: number };
}
