import type { Candidate } from '../../records/records.ts';

/** What is known of a vehicle's plate: one read, or the vote of several. */
export interface PlateEvidence {
  /** Empty: a vehicle was seen without a plate. */
  readonly plate: string;
  /** ISO 3166-1 alpha-2, XX when unknown. */
  readonly country: string;
  /** 0 to 1, on the cameras' scale; `reliability.ts` says what it is worth. */
  readonly confidence: number;
  /** Other plates that it may be. */
  readonly candidates: readonly Candidate[];
}
