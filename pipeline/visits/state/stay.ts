import type { Irregularity } from '../../records/records.ts';
import type { Passage } from '../passages/passages.ts';
import type { EmittedVisit } from '../stays/emitted-visit.ts';
import type { WhyVoid } from '../stays/timeline.ts';

/** One stay: what was seen of it, and what was told of it. Country and plate are those of its timeline. */
export interface Stay {
  readonly visitId: string;
  readonly garageId: string;
  readonly country: string;
  readonly plate: string;
  readonly entry: Passage | null;
  readonly exit: Passage | null;
  /** Why the entry is a passage that made no stay; null: it made one. */
  readonly why: WhyVoid | null;
  /** Name of the passage shortly before, from which the vehicle had turned round; kept when that has left the state. */
  readonly turnedId: string | null;
  /** visitId of the stay that was still open when this one's entry came; kept when that one has left the state. */
  readonly followsId: string | null;
  /** When the vehicle was last seen here before its entry, ms UTC, if that was shortly before; else null. */
  readonly lastHereAt: number | null;
  /** The newest revision emitted; null while all is held back. */
  readonly visit: EmittedVisit | null;
  /** Newest revisions emitted, withdrawn ones too. */
  readonly irregularities: readonly Irregularity[];
  /** Garage clock at which it must be looked at again. */
  readonly dueAt: number;
}

/**
 * A read that came late, a settled recount, or a review action: remembered so that its re-delivery gives no second record,
 * and that what was told of it can be dismissed.
 */
export interface LateRead {
  readonly garageId: string;
  /** The newest revision of the irregularity that it is; null: none. */
  readonly told: Irregularity | null;
  readonly dueAt: number;
}
