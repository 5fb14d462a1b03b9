import type { Fault } from './faults.ts';

/** What really happened, one JSON object a line. Every read belongs to exactly one stay or passage. */
export type TruthLine = TrueStay | TruePassage;

export interface TrueStay {
  readonly kind: 'stay';
  readonly stayId: string;
  readonly garageId: string;
  readonly vehicleId: string;
  readonly plate: string;
  readonly country: string;
  /** Null: nobody pays for this car by account. */
  readonly accountId: string | null;
  readonly entryReadIds: readonly string[];
  readonly exitReadIds: readonly string[];
  /** When the car was past the entry: the instant of its last entry read, were none lost. RFC 3339. */
  readonly enteredAt: string;
  /** When the car reached the exit; null when it was still inside at the end. */
  readonly exitedAt: string | null;
  readonly labels: readonly string[];
  readonly faults: readonly Fault[];
}

/** A vehicle seen that made no stay. */
export interface TruePassage {
  readonly kind: 'passage';
  readonly garageId: string;
  readonly readIds: readonly string[];
  readonly at: string;
  readonly labels: readonly string[];
  readonly faults: readonly Fault[];
}
