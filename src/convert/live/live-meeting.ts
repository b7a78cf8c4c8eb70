/** What one source has in common with live collection. */
export interface LiveMeeting {
  /** Of what live had then. */
  readonly digest: string;
  /** Rows that live events have, left out. */
  readonly existing: number;
  /** A few calls of which live events have only some rows: all of theirs are among the rejects, as `partly-live`. */
  readonly partly: readonly string[];
}

/** Since when live collection writes one collection's events. */
export interface Watermark {
  /** `endpoint/deployment/collection` */
  readonly path: string;
  /** Of its earliest file: `2026/11/22/12`. */
  readonly hour: string;
  readonly files: number;
  readonly bytes: number;
}

/** A source with calls of which live events have only some rows, and a few of those. */
export interface PartlyLive {
  readonly source: string;
  readonly calls: readonly string[];
}
