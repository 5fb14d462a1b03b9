import type { GarageSettings } from '../records/records.ts';
import { firstRead, lastRead, type Passage } from './passages.ts';

/**
 * The fold: what the passages of one plate in one garage, in the order of time, say about its stays. A pure
 * function of the passages and the garage clock; it knows no arrival order, no ids and nothing that was emitted.
 */
export interface FoldedStay {
  /** Null: an exit while outside, its entry was missed. */
  readonly entry: Passage | null;
  exit: Passage | null;
  status: 'open' | 'closed' | 'unclosed';
  /** The stay that was still open when this one's entry came (double entry), or the name of one that left the state. */
  readonly follows: FoldedStay | string | null;
  /** The stay whose entry showed that this one's exit was missed. */
  followedBy: FoldedStay | null;
  /**
   * Time of its last event; a horizon later nothing can change it. Never before that of an earlier stay, so that
   * stays leave the state in the order of time. Meaningless while open.
   */
  endAt: number;
  /** Garage clock from which the allowed lateness can no longer overturn it; 0 when nothing is in doubt. */
  certainAt: number;
}

/**
 * @param passages sorted by `comparePassages`
 * @param ghost visitId of an unclosed stay, already gone from the state, that the first entry followed; or null
 * @param clock the garage clock, ms
 */
export function foldTimeline(
  passages: readonly Passage[], ghost: string | null, settings: GarageSettings, clock: number,
): FoldedStay[] {
  const stays: FoldedStay[] = [];
  let inside: FoldedStay | null = null;
  // All that comes after something doubtful is in doubt as long as that is.
  let doubtUntil = 0;
  const doubt = (passage: Passage): number =>
    (doubtUntil = Math.max(doubtUntil, firstRead(passage).at + settings.allowedLatenessMs));

  for (const passage of passages) {
    if (inside !== null && firstRead(passage).at >= forgottenAt(inside.entry!, settings)) {
      forget(inside, settings);
      inside = null;
    }
    if (passage.direction === 'UNKNOWN') doubt(passage);
    const enters = passage.direction === 'UNKNOWN' ? inside === null : passage.direction === 'IN';

    if (enters) {
      const follows: FoldedStay | string | null = inside ?? (stays.length === 0 ? ghost : null);
      if (inside !== null) doubt(passage);
      const stay: FoldedStay = {
        entry: passage, exit: null, status: 'open', follows, followedBy: null, endAt: 0, certainAt: doubtUntil,
      };
      if (inside !== null) missExit(inside, stay);
      stays.push(stay);
      inside = stay;
    } else if (inside !== null) {
      inside.exit = passage;
      inside.status = 'closed';
      inside.endAt = Math.max(lastRead(passage).at, lastRead(inside.entry!).at);
      inside.certainAt = doubtUntil;
      inside = null;
    } else {
      stays.push({
        entry: null, exit: passage, status: 'closed', follows: null, followedBy: null,
        endAt: lastRead(passage).at, certainAt: doubt(passage),
      });
    }
  }
  if (inside !== null && clock >= forgottenAt(inside.entry!, settings) + settings.allowedLatenessMs) {
    forget(inside, settings);
  }
  return stays;
}

/** When a stay without an exit becomes unclosed. */
export function forgottenAt(entry: Passage, settings: GarageSettings): number {
  return lastRead(entry).at + settings.forgetAfterMs;
}

/** Entry while inside: the exit of the stay before was missed. */
function missExit(stay: FoldedStay, next: FoldedStay): void {
  stay.status = 'unclosed';
  stay.followedBy = next;
  stay.endAt = firstRead(next.entry!).at;
  stay.certainAt = next.certainAt;
}

/** No exit within forgetAfter: the exit was missed too. */
function forget(stay: FoldedStay, settings: GarageSettings): void {
  stay.status = 'unclosed';
  stay.endAt = forgottenAt(stay.entry!, settings);
  stay.certainAt = Math.max(stay.certainAt, stay.endAt + settings.allowedLatenessMs);
}
