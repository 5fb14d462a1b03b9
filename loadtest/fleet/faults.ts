/** What goes wrong on the way from the car to us, and how often. */

export type FaultKind =
  | 'misread' | 'missed_entry' | 'missed_exit' | 'late' | 'redelivered' | 'duplicate' | 'backed_out';

export interface Fault {
  readonly faultId: string;
  readonly kind: FaultKind;
  /** The read that it befell; absent when the fault is that there is none. */
  readonly readId?: string;
}

export interface FaultRates {
  /** Share of reads that get the plate wrong, by look-alike characters or lost ends. */
  readonly misread: number;
  /** Share of misreads whose candidates hold the true plate. */
  readonly truthAmongCandidates: number;
  /** Share of entries, and of exits, that no camera sees. */
  readonly missedEntry: number;
  readonly missedExit: number;
  /** Share of reads delivered `lateFromMs` to `lateToMs` after they were made. */
  readonly late: number;
  readonly lateFromMs: number;
  readonly lateToMs: number;
  /** Share of reads delivered a second time under the same readId. */
  readonly redelivered: number;
  /** Share of passages in which the car stands still and is read again and again. */
  readonly duplicate: number;
  /** Vehicles that show themselves at an entry and turn round, per visit. */
  readonly backedOut: number;
}

const MINUTE_MS = 60_000;

export const profiles = {
  /** Every passage read once and right, and delivered within two seconds. */
  none: {
    misread: 0, truthAmongCandidates: 0.6, missedEntry: 0, missedExit: 0,
    late: 0, lateFromMs: 3 * MINUTE_MS, lateToMs: 180 * MINUTE_MS,
    redelivered: 0, duplicate: 0, backedOut: 0,
  },
  /** A well-kept site. */
  demo: {
    misread: 0.012, truthAmongCandidates: 0.6, missedEntry: 0.004, missedExit: 0.006,
    late: 0.01, lateFromMs: 3 * MINUTE_MS, lateToMs: 180 * MINUTE_MS,
    redelivered: 0.01, duplicate: 0.1, backedOut: 0.003,
  },
} as const satisfies Record<string, FaultRates>;
