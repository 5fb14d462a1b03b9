import type { GarageSettings } from '../records/records.ts';
import { blindSpells, type BlindSpell, type OneWayLane } from './blind-lanes.ts';
import { beginOfInterval, hoursOfWeek, INTERVAL_MS } from './cameras/intervals.ts';
import { hourClassOf, type DwellTimes } from './dwell-times.ts';
import type { StayTimes } from './stay-times.ts';

/** What of a garage's occupancy outlasts its visits. */
export interface Occupancy {
  /** Instant of the last recount, ms UTC; 0: none. */
  readonly countedAt: number;
  /** So many more were counted then than were known to be inside. */
  readonly unknown: number;
  /** What was told last of how many more than open visits are likely inside; null: nothing since the last recount. */
  readonly toldBeyond: number | null;
}

export const nothingCounted: Occupancy = { countedAt: 0, unknown: 0, toldBeyond: null };

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
 * that were counted without being known. Who was counted was inside then. While a lane was blind more went by unread.
 */
export function likelyInside(garage: Inside, at: number): number {
  const { entered, timezone, stayTimes, dwellTimes, occupancy } = garage;
  const { countedAt, unknown } = occupancy;
  const { missedShare } = stayTimes;
  const hours = hoursOfWeek(timezone);
  const isSeldomVisited = garage.live < FEW_STAYS;
  const spells = isSeldomVisited ? noSpells : blindSpells(garage.oneWayLanes, timezone, garage.settings.horizonMs, at);
  let counted = 0;
  let seenSince = 0;
  for (const [interval, visits] of entered) {
    const enteredAt = beginOfInterval(interval) + INTERVAL_MS / 2;
    const hourClass = hourClassOf(hours.of(interval));
    const countedMs = Math.max(0, countedAt - enteredAt);
    /** Of those inside when they were counted, or came in: the share that stays until then. */
    const staying = (until: number): number =>
      dwellTimes.longerShare(hourClass, Math.max(countedMs, until - enteredAt)) / dwellTimes.longerShare(hourClass, countedMs);
    const longer = staying(at);
    let leftUnread = missedShare * (1 - longer);
    let cameUnread = 0;
    for (const { direction, from, to, share } of spells) {
      if (direction === 'OUT') leftUnread += share * (staying(from) - staying(Math.min(to, at)));
      else if (enteredAt >= from && enteredAt < to && countedMs === 0) cameUnread += share / (1 - share);
    }
    const inside = (visits * longer) / (longer + leftUnread);
    if (countedMs > 0) counted += inside;
    else seenSince += inside * (1 + cameUnread);
  }
  const unreadShare = TRULY_MISSED * missedShare;
  return counted + seenSince / (1 - unreadShare) + unknown * stayTimes.stayingShare(at - countedAt);
}

/** Of the exits that find no entry, those whose entry nobody read at all; of the others it was read as another plate. */
export const TRULY_MISSED = 0.6;

/** Where so few come in two days a lane is quiet for hours at any time. */
const FEW_STAYS = 100;
const noSpells: readonly BlindSpell[] = [];
