import type { GarageSettings } from '../records/records.ts';
import { blindSpells, type BlindSpell, type OneWayLane } from './blind-lanes.ts';
import { beginOfInterval, hoursOfWeek, intervalOf, INTERVAL_MS } from './cameras/intervals.ts';
import { hourClassOf, type DwellTimes } from './dwell-times.ts';
import type { StayTimes } from './stay-times.ts';

/** What of a garage's occupancy outlasts its visits. */
export interface Occupancy {
  /** Instant of the last recount, ms UTC; 0: none. */
  readonly countedAt: number;
  /** So many were counted then. */
  readonly counted: number;
  /** So many more than were known to be inside. */
  readonly unknown: number;
  /**
   * Of the open visits that the count ended, as the least likely to be inside, so many are likely inside all the same, in the
   * place of others.
   */
  readonly leftOut: number;
  /** So many more than expected (fewer, if negative) counts have found of late, in a garage long not counted. */
  readonly overlooked: number;
  /** What was told last of how many more than open visits are likely inside; null: nothing since the last recount. */
  readonly toldBeyond: number | null;
}

export const nothingCounted: Occupancy = { countedAt: 0, counted: 0, unknown: 0, leftOut: 0, overlooked: 0, toldBeyond: null };

/** What the likely number follows from. */
export interface Inside {
  /** By interval (`intervalOf`): open visits that began in it. */
  readonly entered: ReadonlyMap<number, number>;
  readonly timezone: string;
  readonly settings: Pick<GarageSettings, 'horizonMs'>;
  readonly oneWayLanes: readonly OneWayLane[];
  /** Stays in the state. */
  readonly live: number;
  readonly stayTimes: StayTimes;
  readonly dwellTimes: DwellTimes;
  readonly occupancy: Occupancy;
}

/**
 * How many vehicles are likely inside at that instant (ms UTC): of those that were seen coming in, the ones that did not leave
 * unread; those that came in unread since the last count, as many for each as passages go by unread; and what is left of those
 * that were counted without being known. Who was counted was inside then. While a lane was blind more went by unread. Of the visits that a count
 * ended some are inside, in the place of others. What counts have found beyond all that, and no read shows (vehicles that stay for weeks), comes back as those counted leave.
 */
export function likelyInside(garage: Inside, at: number): number {
  return insideBy(blindSpellsOf(garage, at), garage, at);
}

function insideBy(spells: readonly BlindSpell[], garage: Inside, at: number): number {
  const { stayTimes, occupancy } = garage;
  const { countedAt, unknown, overlooked } = occupancy;
  const { counted, seenSince } = openAndInside(spells, garage, at);
  const unreadShare = TRULY_MISSED * stayTimes.missedShare;
  const known = counted + unknown * stayTimes.stayingShare(at - countedAt);
  const isCounted = occupancy.counted > 0;
  // Of those counted so many were not the ones that are thought to have been.
  const ofCounted = isCounted ? known * (1 - occupancy.leftOut / occupancy.counted) + leftOutStill(garage, at) : known;
  const gone = isCounted ? Math.max(0, 1 - ofCounted / occupancy.counted) : 1;
  return Math.max(0, ofCounted + seenSince / (1 - unreadShare) + cameInBlindly(spells, garage, at) + overlooked * gone);
}

/** Of those that a count left out, who is still inside: they are mostly such as stay for days. */
function leftOutStill({ occupancy: { countedAt, leftOut } }: Inside, at: number): number {
  return leftOut === 0 ? 0 : leftOut * 2 ** (-(at - countedAt) / LEFT_OUT_HALF_MS);
}

const LEFT_OUT_HALF_MS = 3 * 24 * 3_600_000;

/** Expected number of the open visits whose vehicle is inside: those that were counted, and those that came in since. */
function openAndInside(
  spells: readonly BlindSpell[], { entered, timezone, stayTimes, dwellTimes, occupancy: { countedAt } }: Inside, at: number,
): { counted: number; seenSince: number } {
  const { missedShare } = stayTimes;
  const hours = hoursOfWeek(timezone);
  let counted = 0;
  let seenSince = 0;
  for (const [interval, visits] of entered) {
    const enteredAt = beginOfInterval(interval) + INTERVAL_MS / 2;
    const hourClass = hourClassOf(hours.of(interval));
    const countedMs = Math.max(0, countedAt - enteredAt);
    const longer = staying(dwellTimes, hourClass, countedMs, at - enteredAt);
    let leftUnread = missedShare * (1 - longer);
    let cameUnread = 0;
    for (const { direction, from, to, share, chance } of spells) {
      if (direction === 'OUT') {
        const leftThen = staying(dwellTimes, hourClass, countedMs, from - enteredAt) -
          staying(dwellTimes, hourClass, countedMs, Math.min(to, at) - enteredAt);
        leftUnread += chance * share * leftThen;
      } else if (share < 1 && enteredAt >= from && enteredAt < to && countedMs === 0) cameUnread += (chance * share) / (1 - share);
    }
    const inside = (visits * longer) / (longer + leftUnread);
    if (countedMs > 0) counted += inside;
    else seenSince += inside * (1 + cameUnread);
  }
  return { counted, seenSince };
}

/**
 * Of those inside so long after they came in (when they were counted; 0: when they came in), the share that stays until so long
 * after it.
 */
function staying(dwellTimes: DwellTimes, hourClass: number, countedMs: number, untilMs: number): number {
  return dwellTimes.longerShare(hourClass, Math.max(countedMs, untilMs)) / dwellTimes.longerShare(hourClass, countedMs);
}

/** Those that came in while all entries were blind: as many as are usual, and stay as is usual. */
function cameInBlindly(spells: readonly BlindSpell[], { timezone, dwellTimes, occupancy }: Inside, at: number): number {
  const hours = hoursOfWeek(timezone);
  let inside = 0;
  for (const { direction, from, to, share, chance } of spells) {
    if (direction === 'OUT' || share < 1) continue;
    for (let interval = intervalOf(Math.max(from, occupancy.countedAt)); interval < intervalOf(to); interval++) {
      const hourClass = hourClassOf(hours.of(interval));
      const came = (dwellTimes.entriesIn(hourClass) * INTERVAL_MS) / HOUR_MS;
      inside += chance * came * dwellTimes.longerShare(hourClass, at - beginOfInterval(interval) - INTERVAL_MS / 2);
    }
  }
  return inside;
}

function blindSpellsOf({ live, oneWayLanes, timezone, settings, dwellTimes }: Inside, at: number): readonly BlindSpell[] {
  if (live < FEW_STAYS) return noSpells;
  const usual = (direction: 'IN' | 'OUT', hourOfWeek: number): number => {
    const hourClass = hourClassOf(hourOfWeek);
    return direction === 'IN' ? dwellTimes.entriesIn(hourClass) : dwellTimes.exitsIn(hourClass);
  };
  return blindSpells(oneWayLanes, usual, timezone, settings.horizonMs, at);
}

/**
 * How many a count leaves out: it ends the open visits that are the least likely to be inside, and some of them are.
 * @param before the garage as it was known until the count
 * @param after the same without the open visits that it ended
 */
export function leftOutBy(before: Inside, after: Inside, at: number, count: number): number {
  const spells = blindSpellsOf(before, at);
  const open = openAndInside(spells, before, at);
  const kept = openAndInside(spells, after, at);
  const ended = Math.max(0, open.counted + open.seenSince - kept.counted - kept.seenSince);
  return Math.min(count, ended + leftOutStill(before, at));
}

/**
 * What a count at that instant, not settled yet, teaches of how many are always overlooked. The longer ago the one before was,
 * the more: those counted then have left. One that is far off says more of who counted than of that, and one after an outage says the
 * more of the outage the more vehicles that is thought to have hidden, or to have let out unread.
 */
export function overlookedBy(garage: Inside, at: number, count: number): number {
  const { countedAt, overlooked } = garage.occupancy;
  // What it knows of how long vehicles stay is guessed.
  if (garage.live < FEW_STAYS) return overlooked;
  const spells = blindSpellsOf(garage, at);
  const expected = insideBy(spells, garage, at);
  const most = MOST_OFF_SHARE * expected + MOST_OFF_ERRORS * Math.sqrt(expected);
  const off = Math.max(-most, Math.min(most, count - expected));
  const ofOutages = expected - insideBy(noSpells, garage, at);
  // What chance makes of the number, squared, against what outages may.
  const byChance = Math.max(1, expected);
  const ofCount = byChance / (byChance + ofOutages ** 2);
  const weight = COUNT_WEIGHT * ofCount * (1 - garage.stayTimes.stayingShare(at - countedAt));
  return overlooked + weight * off;
}

const COUNT_WEIGHT = 0.6;
const MOST_OFF_SHARE = 0.1;
const MOST_OFF_ERRORS = 3;
const HOUR_MS = 3_600_000;

/** Of the exits that find no entry, those whose entry nobody read at all; of the others it was read as another plate. */
export const TRULY_MISSED = 0.6;

/** Where so few come in two days a lane is quiet for hours at any time. */
const FEW_STAYS = 100;
const noSpells: readonly BlindSpell[] = [];
