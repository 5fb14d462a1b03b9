import { hoursOfWeek, INTERVAL_MS } from '../cameras/intervals.ts';
import { hourClassOf } from '../learned/dwell-times.ts';
import {
  blindSpellsOf, cameInBlindly, endedStill, FEW_STAYS, insideBy, middleOf, noSpells, oddsOfGone, openVisitsOf, stillUnread,
  vehiclesForEachRead, vehiclesOf, type CameUnread, type Inside, type Occupancy, type OpenVisits,
} from './occupancy.ts';

/** A count of the vehicles inside. */
export interface Count {
  /** ms UTC */
  readonly at: number;
  readonly count: number;
  /** Of the plates that were noted, those that have an open visit, and those that have none. */
  readonly namedOpen: number;
  readonly namedUnknown: number;
}

/**
 * What is known of a garage once a count is settled: who they are that were counted. The vehicles of the visits that it left open, less
 * those that have left unread; some that came in unread while an entry was blind; and some whose visits it ended, for those that stay
 * longest look the same as those that left unread. Each as many as was expected. What was counted beyond that is shared out between
 * the first two by how unsure each is, and those that were named are believed.
 * @param then the garage as it was known at that instant
 * @param kept of its open visits those that the count left open
 */
export function occupancyCounted(then: Inside, kept: Inside['entered'], counted: Count): Occupancy {
  const { at, count, namedOpen, namedUnknown } = counted;
  const spells = blindSpellsOf(then, at);
  const forEachRead = vehiclesForEachRead(then);
  const open = openBy(openVisitsOf(spells, then, at), kept);
  const expected = {
    kept: sumOf(open, ({ left, share }) => left * share),
    ended: sumOf(open, ({ visits, left, share }) => (visits - left) * share) + endedStill(then, at),
  };
  const unreadByHour = byHour([
    ...open.map(({ interval, visits, share, cameUnread }) => ({ interval, vehicles: visits * share * cameUnread })),
    ...stillUnread(then, at),
    ...cameInBlindly(spells, then, at),
  ]);
  const unreadExpected = vehiclesOf(unreadByHour);

  const beyond = count - expected.kept * forEachRead - unreadExpected - expected.ended;
  const keptUnsure = sumOf(open, ({ left, share }) => left * share * (1 - share)) + (KEPT_ERROR * count) ** 2;
  const unreadUnsure = unreadExpected + (UNREAD_ERROR * unreadExpected) ** 2;
  const mostUnread = MOST_UNREAD * unreadExpected;
  const unreadLikely = unreadExpected + beyond * (unreadUnsure / Math.max(1, keptUnsure + unreadUnsure));
  const unreadOfCount = Math.max(0, Math.min(mostUnread, unreadLikely));

  const mostKept = Math.min(sumOf(open, ({ left }) => left), count - namedUnknown);
  const leastKept = Math.min(namedOpen, count / forEachRead);
  const keptInside = Math.max(leastKept, Math.min(mostKept, (count - unreadOfCount - expected.ended) / forEachRead));
  const others = Math.max(0, count - keptInside * forEachRead);
  const unread = Math.min(Math.max(unreadOfCount, others - expected.ended), mostUnread, others);
  const ended = Math.min(expected.ended, others - unread);
  return {
    countedAt: at,
    counted: count,
    cameUnread: unread === 0 ? [] : unreadByHour.map((came) => ({ ...came, vehicles: (came.vehicles * unread) / unreadExpected })),
    unknown: others - unread - ended,
    ended,
    doubt: doubtOf(then, kept, at, keptInside),
    overlooked: overlookedBy(then, at, count),
    toldBeyond: null,
  };
}

/** Those of an interval; and so many of them that the count left open. */
interface OpenThen {
  readonly interval: number;
  readonly visits: number;
  readonly share: number;
  readonly cameUnread: number;
  readonly left: number;
}

function openBy({ count, intervals, visits, shares, cameUnread }: OpenVisits, kept: Inside['entered']): OpenThen[] {
  return Array.from({ length: count }, (_, i) => ({
    interval: intervals[i]!, visits: visits[i]!, share: shares[i]!, cameUnread: cameUnread[i]!, left: kept.get(intervals[i]!) ?? 0,
  }));
}

/** What is known of them all may be off by so much, beside chance: of visits that were left open a share of those counted. */
const KEPT_ERROR = 0.03;
/** Of those that came in unread a share of them; and more than so many times as many are not believed. */
const UNREAD_ERROR = 0.3;
const MOST_UNREAD = 2;

/** By which the vehicles of these visits that are inside come to so many: see `Occupancy.doubt`. */
function doubtOf({ timezone, stayTimes, dwellTimes }: Inside, kept: Inside['entered'], at: number, inside: number): number {
  const hours = hoursOfWeek(timezone);
  let cameSince = 0;
  const odds: { visits: number; gone: number }[] = [];
  for (const [interval, visits] of kept) {
    const lengthMs = at - middleOf(interval);
    if (lengthMs <= 0) cameSince += visits;
    else odds.push({ visits, gone: oddsOfGone(dwellTimes.longerShare(hourClassOf(hours.of(interval)), lengthMs), stayTimes.missedShare) });
  }
  const insideAt = (doubt: number): number => cameSince + sumOf(odds, ({ visits, gone }) => visits / (1 + doubt * gone));
  let least = LEAST_LOG_DOUBT;
  let most = MOST_LOG_DOUBT;
  if (insideAt(Math.exp(least)) <= inside) return 0;
  while (most - least > LOG_DOUBT_STEP) {
    const middle = (least + most) / 2;
    if (insideAt(Math.exp(middle)) > inside) least = middle;
    else most = middle;
  }
  return Math.exp(most);
}

const LEAST_LOG_DOUBT = -25;
const MOST_LOG_DOUBT = 25;
const LOG_DOUBT_STEP = 1e-4;

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

/** Together for each hour, as of its middle: they are kept till the next count. */
function byHour(groups: readonly CameUnread[]): CameUnread[] {
  const hours = new Map<number, number>();
  for (const { interval, vehicles } of groups) {
    const middle = interval - (interval % INTERVALS_OF_HOUR) + INTERVALS_OF_HOUR / 2;
    hours.set(middle, (hours.get(middle) ?? 0) + vehicles);
  }
  return Array.from(hours, ([interval, vehicles]) => ({ interval, vehicles }))
    .filter(({ vehicles }) => vehicles >= LEAST_VEHICLES)
    .sort((one, other) => one.interval - other.interval);
}

const INTERVALS_OF_HOUR = (60 * 60_000) / INTERVAL_MS;
const LEAST_VEHICLES = 0.02;

function sumOf<T>(all: readonly T[], of: (each: T) => number): number {
  return all.reduce((sum, each) => sum + of(each), 0);
}
