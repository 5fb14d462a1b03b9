import { isPending, type Passage } from '../passages/passages.ts';
import type { EmittedVisit } from './emitted-visit.ts';
import type { WhyVoid } from './timeline.ts';

interface Decidable {
  readonly entry: Passage | null;
  readonly exit: Passage | null;
  readonly why: WhyVoid | null;
}

/** Pairing has yet to look at a passage of it: it is not told before. */
export function isUndecided(stay: Decidable, visit: EmittedVisit | null): boolean {
  return undecidedPassage(stay, visit) !== null;
}

/**
 * An exit without an entry or of one of several near-identical plates inside, or a passage without a direction that was taken for
 * an entry and may be an exit: whatever was read after it, which may come in sooner or later than pairing looks at it. The first of
 * them, null: none.
 */
export function undecidedPassage({ entry, exit, why }: Decidable, visit: EmittedVisit | null): Passage | null {
  // It may have been told as an entry, before a further read said that it left.
  const isTold = visit !== null && (visit.status !== 'open' || entry?.ruling !== null);
  const mayHaveLeft = entry !== null && !isTold && entry.direction === 'UNKNOWN' && entry.decision === null &&
    (why === null || why === 'reversed');
  if (mayHaveLeft) return entry;
  if (exit === null) return null;
  return isPending(exit) || (entry === null && exit.decision === null) ? exit : null;
}
