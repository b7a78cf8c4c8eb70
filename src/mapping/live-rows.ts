/** What live collection has of a source's rows already, so that history leaves it out. Byte strings throughout. */
export interface LiveRows {
  /**
   * Rows that live events hold of the call of this correlation id, about this time (a legacy timestamp): whichever events they were
   * cut into.
   */
  rowsOf(id: string, time: string): number;
  /** Whether live has a row like this one without a correlation id (its object, without the brace), which is spoken for now. */
  take(row: string): boolean;
}
