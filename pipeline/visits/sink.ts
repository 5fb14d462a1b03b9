import type { ClockMove, Occupancy, Sighting } from '../records/records.ts';
import type { Weighing } from './pairing/weighing.ts';
import type { PlainSink } from './plain/plain-telling.ts';

/** Where the rules put what they find. */
export interface Sink extends PlainSink {
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
