import type { EmittedVisit } from './emission.ts';
import { isPending, type Passage } from './passages.ts';
import type { WhyVoid } from './timeline.ts';

/**
 * Pairing has yet to look at it: an exit without an entry or of one of several near-identical plates inside, or a passage
 * without a direction that was taken for an entry and may be an exit. It is not told before.
 */
export function isUndecided(
  { entry, exit, why }: { readonly entry: Passage | null; readonly exit: Passage | null; readonly why: WhyVoid | null },
  visit: EmittedVisit | null,
): boolean {
  if (exit !== null && isPending(exit)) return true;
  if (entry === null) return exit!.decision === null;
  return exit === null && why === null && visit === null && entry.direction === 'UNKNOWN' && entry.decision === null;
}
