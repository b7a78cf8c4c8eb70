import type { ColumnType, TokenKind } from '../mapping/column-types.js';
import type { MappingSettings } from '../mapping/settings.js';

/**
 * What is in a legacy tree, and what becomes of it. A plan is plain JSON: it can be read, edited (types, `names`, `variants`)
 * and given back to `convert`. Names and values in it are Unicode text.
 */
export interface Plan {
  readonly kind: 'mdc-bridge plan';
  readonly version: 1;
  /** The version of the mapping that decides the bytes. */
  readonly mapping: number;
  readonly source: PlanSource;
  readonly settings: MappingSettings;
  /** Identity → endpoint/deployment/collection. Editable. */
  readonly names: readonly NameEntry[];
  readonly collections: readonly CollectionPlan[];
  /** One for each source to convert, ordered by the UTF-8 bytes of their names. */
  readonly files: LongList<FilePlan>;
  /** By service, model, version and day: what can be joined to its inputs, and why the rest can't. */
  readonly days: readonly DayCensus[];
  /** With `sync`: sources that were seen and have nothing that is converted yet. */
  readonly waiting?: readonly WaitingSource[];
  /** With `sync`: what can't go on until somebody decides something. */
  readonly stopped?: readonly StoppedCollection[];
  /** What lies in the tree and is not converted. */
  readonly leftOut: readonly LeftOut[];
  /** What `aml_telemetry.csv` says, where it says anything. */
  readonly lineage: readonly Lineage[];
  /** What a person should know before converting, most important first. */
  readonly notes: readonly PlanNote[];
}

/**
 * What may have a million items: an array, or a list that keeps its items packed and makes each of them anew when it is read.
 * `values()` has `map`, `filter`, `some`, `reduce` and `toArray`; as JSON both are a list.
 */
export interface LongList<T> extends Iterable<T> {
  readonly length: number;
  /** As an array's: from the end if negative, `undefined` where there is none. */
  at(index: number): T | undefined;
  values(): IteratorObject<T, undefined>;
}

export interface PlanSource {
  /** Without credentials. */
  readonly url: string;
  readonly container: string;
  /** What stands before every source's name within the container. */
  readonly prefix: string;
  /** Names the folder under `_migration/`: container and 8 hex digits of the URL's SHA-256. */
  readonly id: string;
  /** The patterns on names by which sources were taken; absent: all. */
  readonly include?: readonly string[];
  /** The patterns on names by which sources were left out; absent: none. */
  readonly exclude?: readonly string[];
}

export interface Identity {
  /** Normally `sub/rg/ws`. */
  readonly workspace: string;
  readonly service: string;
  readonly model: string;
  readonly version: string;
}

export interface NameEntry extends Identity {
  readonly designation: string;
  /** Of signals and general; `''` otherwise, and for `default` and `data`. */
  readonly collectionName: string;
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
}

export interface CollectionPlan {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  /** In the order in which the files first show them. */
  readonly columns: readonly ColumnPlan[];
  /** Number of user fields → names, for rows of another width than their header's. Editable. */
  readonly variants: Readonly<Record<string, readonly string[]>>;
  /** Every width of row that is rejected unless `variants` names its columns. */
  readonly unnamed: readonly UnnamedWidth[];
  /** Columns that have another name in the events than in a header. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

export interface ColumnPlan {
  readonly name: string;
  /** Editable: a token that does not fit rejects its row. */
  readonly type: ColumnType;
  readonly counts: Partial<Record<TokenKind, number>>;
  readonly samples: Partial<Record<TokenKind, string>>;
}

export interface UnnamedWidth {
  readonly width: number;
  readonly rows: number;
  readonly files: number;
  /** The first such row; long ones are cut. */
  readonly example: { readonly source: string; readonly offset: number; readonly text: string };
  readonly columns: readonly Omit<ColumnPlan, 'name'>[];
}

export interface FilePlan {
  /** The source's name within the container (prefix included). */
  readonly source: string;
  readonly size: number;
  readonly etag: string;
  /** Index into `names`. */
  readonly name: number;
  /** Index into `collections`. */
  readonly collection: number;
  /** Folder date `2018-12-30`, and hour where the folder has one. */
  readonly date: string;
  readonly hour?: string;
  readonly header: HeaderVerdict;
  /** The columns of every accepted kind of row. */
  readonly shapes: readonly RowShape[];
  /** Number of columns an exploded row takes: each uncorrelated row becomes width / m rows. */
  readonly explode?: number;
  /** Where uncorrelated prediction rows borrow their correlation. */
  readonly pair?: PairPlan;
  readonly counts: FileCounts;
  /** Hashes (16 hex digits) of the correlation ids that begin more than one call in this file. */
  readonly recurring: readonly string[];
  /** No call's rows have other rows between them. */
  readonly adjacent?: true;
  /** Of a large file all of whose calls are adjacent: where it may be cut for several workers, in order. Changes no byte. */
  readonly splits?: readonly Split[];
  /** Of a source that `sync` follows. */
  readonly followed?: FollowedPlan;
  /** Timestamps of the first and the last correlated row in time. */
  readonly firstTime?: string;
  readonly lastTime?: string;
}

export interface FollowedPlan {
  /** Its bytes when it was read last: those behind `size` had not settled. */
  readonly seen: number;
  /** Where its second and later parts begin; each is written to files of its own. */
  readonly starts: readonly Split[];
}

/** A place between two events of a file. */
export interface Split {
  /** Of the first byte behind it. */
  readonly offset: number;
  /** Data rows before it. */
  readonly ordinal: number;
}

export interface HeaderVerdict {
  readonly verdict: 'present' | 'absent';
  /** The reason, as a sentence's end: "its first line ends with correlation values". */
  readonly why: string;
}

/** Rows of `width` user fields behind the file's `header`-th line of names (0 = from the start) have these columns. */
export interface RowShape {
  readonly header: number;
  readonly width: number;
  readonly columns: readonly string[];
}

export interface PairPlan {
  /** Indexes into `files` of the same day's inputs, in order. */
  readonly inputs: readonly number[];
  /** Input rows that earlier prediction files of the day have taken. */
  readonly skip: number;
}

/** All counts are of lines as the file has them, before explosion. */
export interface FileCounts {
  readonly lines: number;
  readonly headers: number;
  readonly blanks: number;
  readonly rows: number;
  /** Rows that end with the eight correlation values. */
  readonly correlated: number;
  readonly calls: number;
  /** Rows set aside whatever the plan says: width, timestamp, parser's reasons. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Rows that carry another workspace, service, model or version than the file's identity. */
  readonly otherIdentity: number;
  readonly bom: boolean;
}

export interface DayCensus extends Identity {
  /** Folder date. */
  readonly date: string;
  readonly byDesignation: Readonly<Record<string, DesignationDay>>;
  /** Why the wide prediction rows of the day are (or are not) made many. */
  readonly explode?: string;
  /** Whether `pair: 'order'` could lend correlations on this day, or why not. */
  readonly pair?: string;
}

export interface DesignationDay {
  readonly rows: number;
  /** Rows that carry a correlation id. */
  readonly correlated: number;
  /** Rows whose correlation id the day's inputs have too. */
  readonly joinable: number;
  readonly calls: number;
}

export interface WaitingSource {
  readonly source: string;
  readonly size: number;
  /** As a sentence's end. */
  readonly why: string;
}

export interface StoppedCollection {
  /** Its path; a folder day whose sources can't be planned. */
  readonly collection: string;
  /** A sentence's worth, which names it. */
  readonly why: string;
}

export interface LeftOut {
  readonly why: string;
  readonly count: number;
  readonly bytes: number;
  /** A few names. */
  readonly examples: readonly string[];
}

export interface Lineage extends Identity {
  readonly values: Readonly<Record<string, string>>;
  readonly files: number;
}

export interface PlanNote {
  readonly level: 'warning' | 'info';
  readonly text: string;
}
