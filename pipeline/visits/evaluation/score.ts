import type { Visit } from '../../records/records.ts';
import { isWhole, type Owner, type Truth, type TrueStay } from './truth.ts';

/** What of a visit is held against the truth. */
export type ScoredVisit = Pick<Visit, 'garageId' | 'status' | 'entryReadId' | 'exitReadId'>;

/**
 * How visits compare with the truth. A *whole* stay is a true stay with both passages read. A visit *pairs* when it is
 * closed with an entry and an exit read; one in review pairs nothing yet.
 */
export interface Score {
  readonly trueStays: number;
  /** Whole stays: of the counts below, right, wrong and unpaired add up to it. */
  readonly stays: number;
  /** Whole stays whose entry and exit one visit pairs: its entry read is of the stay's entry, its exit read of its exit. */
  readonly right: number;
  /** Whole stays not right, a read of which some visit pairs with a read of another stay, vehicle or side. */
  readonly wrong: number;
  /** The other whole stays: their passages stand in visits of their own, in review, or nowhere. */
  readonly unpaired: number;
  /** Of the unpaired: one visit in review has the right entry and exit. */
  readonly rightInReview: number;
  /** Visits that pair reads of two vehicles, or of anything but one stay or two stays of a vehicle; whole stays or not. */
  readonly wrongPairs: number;
  /** Visits that pair the entry of one stay with the exit of a later one of the same vehicle in the garage, silently. */
  readonly stitched: number;
  /** The same, but in review. */
  readonly stitchedInReview: number;
  /** Visits beyond the first that claim the same side of a true stay, by their entry or exit read. */
  readonly doubled: number;
  /** Visits of nothing but reads that belong to no stay: cars that turned round, reflections. */
  readonly phantom: number;
  /** Visits in review. */
  readonly review: number;
}

/** @param visits newest revisions without open and withdrawn ones */
export function score(visits: Iterable<ScoredVisit>, truth: Truth): Score {
  const right = new Set<TrueStay>();
  const rightInReview = new Set<TrueStay>();
  const mispaired = new Set<TrueStay>();
  const claimed = { entry: new Set<TrueStay>(), exit: new Set<TrueStay>() };
  let [wrongPairs, stitched, stitchedInReview, doubled, phantom, review] = [0, 0, 0, 0, 0, 0];

  for (const { garageId, status, entryReadId, exitReadId } of visits) {
    const entered = entryReadId === null ? undefined : truth.ownerOf(garageId, entryReadId);
    const left = exitReadId === null ? undefined : truth.ownerOf(garageId, exitReadId);
    if (status === 'review') review++;
    const claims = [entered, left].filter((owner) => owner !== undefined && owner.side !== 'passage');
    if (claims.length === 0) phantom++;
    if (claims.filter((owner) => claimedBefore(claimed, owner!)).length > 0) doubled++;
    if (entryReadId === null || exitReadId === null || (status !== 'closed' && status !== 'review')) continue;

    const pair = compare(entered, left);
    if (pair === 'right') (status === 'closed' ? right : rightInReview).add(stayOf(entered)!);
    else if (pair === 'stitched') status === 'closed' ? stitched++ : stitchedInReview++;
    else if (status === 'closed') wrongPairs++;
    if (pair === 'right' || status === 'review') continue;
    for (const owner of [entered, left]) if (owner?.line.kind === 'stay') mispaired.add(owner.line);
  }

  const whole = truth.stays.filter(isWhole);
  const rightStays = whole.filter((stay) => right.has(stay)).length;
  const wrong = whole.filter((stay) => !right.has(stay) && mispaired.has(stay)).length;
  return {
    trueStays: truth.stays.length, stays: whole.length, right: rightStays, wrong, unpaired: whole.length - rightStays - wrong,
    rightInReview: whole.filter((stay) => !right.has(stay) && !mispaired.has(stay) && rightInReview.has(stay)).length,
    wrongPairs, stitched, stitchedInReview, doubled, phantom, review,
  };
}

/** What a visit with these two reads makes of the truth; undefined owners are reads that the truth does not know. */
export function compare(entered: Owner | undefined, left: Owner | undefined): 'right' | 'stitched' | 'wrong' {
  const first = stayOf(entered);
  const second = stayOf(left);
  if (first === null || second === null || entered!.side !== 'entry' || left!.side !== 'exit') return 'wrong';
  if (first === second) return 'right';
  return first.vehicleId === second.vehicleId && first.garageId === second.garageId ? 'stitched' : 'wrong';
}

function stayOf(owner: Owner | undefined): TrueStay | null {
  return owner?.line.kind === 'stay' ? owner.line : null;
}

/** Notes the side of a stay as claimed; true if it was already. */
function claimedBefore(claimed: Record<'entry' | 'exit', Set<TrueStay>>, { line, side }: Owner): boolean {
  const stays = claimed[side as 'entry' | 'exit'];
  if (stays.has(line as TrueStay)) return true;
  stays.add(line as TrueStay);
  return false;
}
