import { intervalOf } from '../cameras/intervals.ts';
import { haveSamePlates, type PlateEvidence } from '../matching/evidence.ts';
import { firstRead, type Passage } from '../passages/passages.ts';
import type { Stay } from './stay.ts';

/** As what a vehicle was read that came in and did not leave by an exit that was read as its own. Null: it is not inside. */
export function insideEvidence(stay: Stay | undefined): PlateEvidence | null {
  if (stay === undefined || !mayHaveComeIn(stay)) return null;
  const { entry, exit } = stay;
  if (entry!.ruling?.goneAt != null) return null;
  if (exit !== null && (exit.decision?.given == null || exit.ruling?.pairedWith != null)) return null;
  return entry!.evidence;
}

/**
 * If it is thought to have turned round, only because it came in again, it may have left in between. Of one taken for a
 * ghost an exit may yet show that it was there.
 */
export function mayHaveComeIn({ entry, why }: Stay): boolean {
  if (entry === null) return false;
  if (why === 'ghost_read') return entry.direction !== 'OUT';
  return why === null || (why === 'reversed' && entry.direction !== 'NONE');
}

/** Of a passage that grew mostly only the confidence is another: then it stands among candidates as it did. */
export function standAlike(one: PlateEvidence | null, other: PlateEvidence | null): boolean {
  return one === null || other === null ? one === other : haveSamePlates(one, other);
}

/** The interval in which an open visit began; null: it is none, or something has ended it. */
export function enteredIn(stay: Stay | undefined): number | null {
  if (stay === undefined) return null;
  const { entry, exit, why, visit } = stay;
  if (entry === null || exit !== null || why !== null || entry.ruling?.goneAt != null || visit?.status === 'unclosed') return null;
  return intervalOf(firstRead(entry).at);
}

/** An exit without an entry; null: it has one, or is none. */
export function strayExit(stay: Stay | undefined): Passage | null {
  return stay !== undefined && stay.entry === null ? stay.exit : null;
}

/** Whether nobody was inside who may have left by such an exit: then its entry was missed, and not only read otherwise. */
export function isStrangers({ decision }: Passage): boolean {
  return decision === null || decision.rivals.length === 0;
}
