import type { Visit } from '../records/records.ts';

/** A line of a truth file, as far as scoring goes by it. */
export interface TrueStay {
  readonly kind: string;
  readonly garageId: string;
  readonly vehicleId: string;
  readonly entryReadIds: readonly string[];
  readonly exitReadIds: readonly string[];
}

/** How visits compare with the truth, in numbers of true stays that had both passages read, unless said otherwise. */
export interface Score {
  readonly stays: number;
  /** One visit has an entry read and an exit read of the stay. */
  readonly right: number;
  /** The entry or the exit was paired with a read of something else. */
  readonly wrong: number;
  readonly unpaired: number;
  /** Visits that join two stays of one vehicle over a missed exit and a missed entry. */
  readonly stitched: number;
  /** Visits beyond the first that claim the same side of a true stay. */
  readonly doubled: number;
}

/** @param visits newest revisions without open and withdrawn ones */
export function score(visits: Iterable<Visit>, truth: readonly TrueStay[]): Score {
  const entries = readsOf(truth, 'entryReadIds');
  const exits = readsOf(truth, 'exitReadIds');
  const right = new Set<TrueStay>();
  const foreign = new Set<TrueStay>();
  const entriesClaimed = new Set<TrueStay>();
  const exitsClaimed = new Set<TrueStay>();
  let stitched = 0;
  let doubled = 0;

  for (const { garageId, entryReadId, exitReadId } of visits) {
    const entered = entryReadId === null ? undefined : entries.get(`${garageId} ${entryReadId}`);
    const left = exitReadId === null ? undefined : exits.get(`${garageId} ${exitReadId}`);
    if (claimedBefore(entriesClaimed, entered) || claimedBefore(exitsClaimed, left)) doubled++;
    if (entryReadId === null || exitReadId === null) continue;
    if (entered !== undefined && entered === left) {
      right.add(entered);
      continue;
    }
    if (entered !== undefined) foreign.add(entered);
    if (left !== undefined) foreign.add(left);
    if (entered !== undefined && left !== undefined && entered.vehicleId === left.vehicleId) stitched++;
  }

  const whole = truth.filter(
    ({ kind, entryReadIds, exitReadIds }) => kind === 'stay' && entryReadIds.length > 0 && exitReadIds.length > 0,
  );
  const rightStays = whole.filter((stay) => right.has(stay)).length;
  const wrong = whole.filter((stay) => !right.has(stay) && foreign.has(stay)).length;
  return { stays: whole.length, right: rightStays, wrong, unpaired: whole.length - rightStays - wrong, stitched, doubled };
}

function readsOf(truth: readonly TrueStay[], side: 'entryReadIds' | 'exitReadIds'): Map<string, TrueStay> {
  const stays = new Map<string, TrueStay>();
  for (const stay of truth) {
    if (stay.kind !== 'stay') continue;
    for (const readId of stay[side]) stays.set(`${stay.garageId} ${readId}`, stay);
  }
  return stays;
}

function claimedBefore(claimed: Set<TrueStay>, stay: TrueStay | undefined): boolean {
  if (stay === undefined) return false;
  if (claimed.has(stay)) return true;
  claimed.add(stay);
  return false;
}
