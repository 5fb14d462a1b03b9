/** One thing that had to hold, and whether it did. */
export interface Verdict {
  readonly what: string;
  readonly holds: boolean;
  /** The figure, or what was found. */
  readonly found: string;
}
