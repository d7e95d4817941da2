/** A problem before it is given its line and column. */
export interface Finding {
  /** Where it stands, counted in UTF-16 units from the beginning of the text. */
  offset: number;
  path: readonly PropertyKey[];
  what: string;
  hint?: string;
}
