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

/** Whether they have the same plate and the same others that it may be, whatever their confidences. */
export function haveSamePlates(one: PlateEvidence, other: PlateEvidence): boolean {
  if (one === other) return true;
  if (one.plate !== other.plate || one.candidates.length !== other.candidates.length) return false;
  for (let i = 0; i < one.candidates.length; i++) if (one.candidates[i]!.plate !== other.candidates[i]!.plate) return false;
  return true;
}

/** Whether the plate was read the same, and as surely; the country counts apart. */
export function isSameReading(one: PlateEvidence, other: PlateEvidence): boolean {
  if (one === other) return true;
  if (one.confidence !== other.confidence || !haveSamePlates(one, other)) return false;
  for (let i = 0; i < one.candidates.length; i++) if (one.candidates[i]!.confidence !== other.candidates[i]!.confidence) return false;
  return true;
}
