/** What a vehicle means to do. */
export interface Outing {
  /** ms after midnight. */
  readonly at: number;
  readonly dwell: number;
  /** Chance that it is not the vehicle's own garage. */
  readonly away: number;
}
