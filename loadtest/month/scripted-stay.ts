import type { MonthRead } from './month-reads.ts';
import type { MonthStay } from './month-stays.ts';

export interface ScriptedStay extends MonthStay {
  readonly stayId: string;
  readonly reads: readonly MonthRead[];
  /** What is known of it from a slice on: nothing before the first. */
  readonly versions: readonly StayVersion[];
  /** Somebody corrects the plate, for it was misread. */
  readonly correctedIn: number | null;
}

export interface StayVersion {
  readonly slice: number;
  readonly vehicle: number;
  readonly enteredAt: number;
  /** Null: it is still inside. */
  readonly exitedAt: number | null;
}

export type UnnumberedStay = Omit<ScriptedStay, 'stayId' | 'reads'> & {
  /** As the cameras read it. */
  readonly readAs: number;
  readonly toldLate: (at: number) => number | null;
};
