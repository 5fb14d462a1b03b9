import type { GarageSettings } from '../../records/records.ts';
import { beginOfInterval, hoursOfWeek, intervalOf, INTERVAL_MS } from '../cameras/intervals.ts';
import { hourClassOf, type DwellTimes } from '../learned/dwell-times.ts';
import type { StayTimes } from '../learned/stay-times.ts';
import { blindSpells, type BlindSpell, type OneWayLane } from './blind-lanes.ts';

/** What of a garage's occupancy outlasts its visits. */
export interface Occupancy {
  /** Instant of the last recount, ms UTC; 0: none. */
  readonly countedAt: number;
  /** So many were counted then. */
  readonly counted: number;
  /** Of those: who is likely to have come in unread while an entry was blind, by when they came in; fewer leave with time. */
  readonly cameUnread: readonly CameUnread[];
  /** So many more, of whom nothing shows when they came in. */
  readonly unknown: number;
  /** So many more, whose visits the count ended as the least likely to be inside. */
  readonly ended: number;
  /**
   * The others' visits are open, but some open visits are of vehicles that had left unread by then: how likely that is of one, against
   * what it is of one that nobody counted, as a factor of the odds; 0: all were inside.
   */
  readonly doubt: number;
  /** So many more than expected (fewer, if negative) counts have found of late, in a garage long not counted. */
  readonly overlooked: number;
  /** What was told last of how many more than open visits are likely inside; null: nothing since the last recount. */
  readonly toldBeyond: number | null;
}

export interface CameUnread {
  /** `intervalOf` */
  readonly interval: number;
  /** Expected number, a fraction mostly. */
  readonly vehicles: number;
}

export const nothingCounted: Occupancy = {
  countedAt: 0, counted: 0, cameUnread: [], unknown: 0, ended: 0, doubt: 0, overlooked: 0, toldBeyond: null,
};

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
 * unread; those that came in unread, as many for each as passages go by unread, and more while a lane was blind; and what is left of
 * those that were counted without being known. Of the visits that a count ended some are inside, in the place of others. What counts have
 * found beyond all that, and no read shows (vehicles that stay for weeks), comes back as those counted leave.
 */
export function likelyInside(garage: Inside, at: number): number {
  return insideBy(blindSpellsOf(garage, at), garage, at);
}

export function insideBy(spells: readonly BlindSpell[], garage: Inside, at: number): number {
  const { counted, countedAt, unknown, overlooked } = garage.occupancy;
  const { count, visits, areCounted, shares, cameUnread } = openVisitsOf(spells, garage, at);
  let countedVisits = 0;
  let seenSince = 0;
  for (let i = 0; i < count; i++) {
    if (areCounted[i]!) countedVisits += visits[i]! * shares[i]!;
    else seenSince += visits[i]! * shares[i]! * (1 + cameUnread[i]!);
  }
  const forEachRead = vehiclesForEachRead(garage);
  const stillUnknown = unknown === 0 ? 0 : unknown * garage.stayTimes.stayingShare(at - countedAt);
  const ofCounted = countedVisits * forEachRead + vehiclesOf(stillUnread(garage, at)) + stillUnknown + endedStill(garage, at);
  const gone = counted > 0 ? Math.max(0, 1 - ofCounted / counted) : 1;
  const cameSince = seenSince * forEachRead + vehiclesOf(cameInBlindly(spells, garage, at));
  return Math.max(0, ofCounted + cameSince + overlooked * gone);
}

/** With those that were read coming in others come in unread, alike in all else. */
export function vehiclesForEachRead({ stayTimes }: Inside): number {
  return 1 / (1 - TRULY_MISSED * stayTimes.missedShare);
}

export function vehiclesOf(groups: readonly CameUnread[]): number {
  let sum = 0;
  for (let i = 0; i < groups.length; i++) sum += groups[i]!.vehicles;
  return sum;
}

/** Of those whose visits a count ended, who is still inside: they are mostly such as stay for days. */
export function endedStill({ occupancy: { countedAt, ended } }: Inside, at: number): number {
  return ended === 0 ? 0 : ended * 2 ** (-(at - countedAt) / ENDED_HALF_MS);
}

const ENDED_HALF_MS = 7 * 24 * 3_600_000;

/** Open visits by the interval that they began in: so many intervals, and each number by its place among them. */
export interface OpenVisits {
  count: number;
  readonly intervals: number[];
  readonly visits: number[];
  /** They began before the last count, and were left open by it. */
  readonly areCounted: boolean[];
  /** How likely each one's vehicle is inside. */
  readonly shares: number[];
  /** For each of them so many came in unread, by other lanes that were blind. */
  readonly cameUnread: number[];
}

/** Asked for every quarter of an hour of each garage. */
const open: OpenVisits = { count: 0, intervals: [], visits: [], areCounted: [], shares: [], cameUnread: [] };

/** @returns one for all: holds until it is asked for again */
export function openVisitsOf(
  spells: readonly BlindSpell[], { entered, timezone, stayTimes, dwellTimes, occupancy: { countedAt, doubt } }: Inside, at: number,
): Readonly<OpenVisits> {
  const { missedShare } = stayTimes;
  const hours = hoursOfWeek(timezone);
  let count = 0;
  for (const [interval, visits] of entered) {
    const enteredAt = middleOf(interval);
    const hourClass = hourClassOf(hours.of(interval));
    const countedMs = Math.max(0, countedAt - enteredAt);
    const longer = staying(dwellTimes, hourClass, countedMs, at - enteredAt);
    let leftUnread = missedShare * (1 - longer);
    if (countedMs > 0 && doubt > 0) leftUnread += doubt * oddsOfGone(dwellTimes.longerShare(hourClass, countedMs), missedShare);
    let cameUnread = 0;
    for (let i = 0; i < spells.length; i++) {
      const { direction, from, to, share, chance } = spells[i]!;
      if (direction === 'OUT') {
        const leftThen = staying(dwellTimes, hourClass, countedMs, from - enteredAt) -
          staying(dwellTimes, hourClass, countedMs, Math.min(to, at) - enteredAt);
        leftUnread += chance * share * leftThen;
      } else if (share < 1 && enteredAt >= from && enteredAt < to && countedMs === 0) cameUnread += (chance * share) / (1 - share);
    }
    open.intervals[count] = interval;
    open.visits[count] = visits;
    open.areCounted[count] = countedMs > 0;
    open.shares[count] = longer / (longer + leftUnread);
    open.cameUnread[count] = cameUnread;
    count++;
  }
  open.count = count;
  return open;
}

/** Of a vehicle that nobody saw leave: that it left unread, against that it is inside, as so many stay. */
export function oddsOfGone(longerShare: number, missedShare: number): number {
  return (missedShare * (1 - longerShare)) / longerShare;
}

/**
 * Of those inside so long after they came in (when they were counted; 0: when they came in), the share that stays until so long
 * after it.
 */
function staying(dwellTimes: DwellTimes, hourClass: number, countedMs: number, untilMs: number): number {
  return dwellTimes.longerShare(hourClass, Math.max(countedMs, untilMs)) / dwellTimes.longerShare(hourClass, countedMs);
}

/** Of those that came in unread and were counted: who is still inside. */
export function stillUnread(
  { timezone, dwellTimes, occupancy: { countedAt, cameUnread } }: Inside, at: number,
): readonly CameUnread[] {
  if (cameUnread.length === 0) return cameUnread;
  const hours = hoursOfWeek(timezone);
  return cameUnread.map(({ interval, vehicles }) => {
    const enteredAt = middleOf(interval);
    const share = staying(dwellTimes, hourClassOf(hours.of(interval)), Math.max(0, countedAt - enteredAt), at - enteredAt);
    return { interval, vehicles: vehicles * share };
  });
}

/** Those that came in since the last count while all entries were blind: as many as are usual, and stay as is usual. */
export function cameInBlindly(
  spells: readonly BlindSpell[], { timezone, dwellTimes, occupancy }: Inside, at: number,
): readonly CameUnread[] {
  if (spells.length === 0) return nobody;
  const hours = hoursOfWeek(timezone);
  const came: CameUnread[] = [];
  for (const { direction, from, to, share, chance } of spells) {
    if (direction === 'OUT' || share < 1) continue;
    for (let interval = intervalOf(Math.max(from, occupancy.countedAt)); interval < intervalOf(to); interval++) {
      const hourClass = hourClassOf(hours.of(interval));
      const usual = (dwellTimes.entriesIn(hourClass) * INTERVAL_MS) / HOUR_MS;
      came.push({ interval, vehicles: chance * usual * dwellTimes.longerShare(hourClass, at - middleOf(interval)) });
    }
  }
  return came;
}

const nobody: readonly CameUnread[] = [];

/** ms UTC */
export function middleOf(interval: number): number {
  return beginOfInterval(interval) + INTERVAL_MS / 2;
}

export function blindSpellsOf({ live, oneWayLanes, timezone, settings, dwellTimes }: Inside, at: number): readonly BlindSpell[] {
  if (live < FEW_STAYS) return noSpells;
  const usual = (direction: 'IN' | 'OUT', hourOfWeek: number): number => {
    const hourClass = hourClassOf(hourOfWeek);
    return direction === 'IN' ? dwellTimes.entriesIn(hourClass) : dwellTimes.exitsIn(hourClass);
  };
  return blindSpells(oneWayLanes, usual, timezone, settings.horizonMs, at);
}

const HOUR_MS = 3_600_000;

/**
 * Of the exits for which nobody like them was inside (`isStrangers`), those whose entry nobody read at all; of the others it was read as quite
 * another plate.
 */
export const TRULY_MISSED = 0.7;

/** Where so few come in two days a lane is quiet for hours at any time, and how long vehicles stay is guessed. */
export const FEW_STAYS = 100;
export const noSpells: readonly BlindSpell[] = [];
