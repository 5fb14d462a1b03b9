import type { ClockMove, Irregularity, Occupancy, Sighting, Visit } from '../records/records.ts';
import type { Weighing } from './pairing/weighing.ts';

/** Where the rules put what they find. */
export interface Sink {
  visit(visit: Visit): void;
  irregularity(irregularity: Irregularity): void;
  clockMove(move: ClockMove): void;
  /** A read that changed nothing; for metrics. */
  ignored(why: Ignored): void;
  /** How many are likely inside, now and then. Null: nobody asks; then it is not looked at, nor remembered what was told of it. */
  readonly occupancy: ((told: Occupancy) => void) | null;
  /** Why an exit was given to whom; left out by those who need not know. */
  weighed?(weighing: Weighing): void;
  /** A person's word on a plate in two places, for the stage that knows all garages' stays of it; likewise. */
  sighting?(sighting: Sighting): void;
}

export type Ignored = 'repeated_read';
