import type { CameraIndex } from '../cameras/garage-cameras.ts';
import { hoursOfWeek, intervalOf, INTERVAL_MS, type HoursOfWeek } from '../cameras/intervals.ts';
import { chanceOfRead } from '../cameras/rhythm.ts';
import { SILENT_FROM, unlikelihoodOfQuiet } from '../cameras/silence.ts';

/** Of a lane that only lets in, or only lets out, what tells whether it sees. */
export interface OneWayLane {
  readonly direction: LaneDirection;
  /** Those configured. */
  readonly cameras: readonly CameraIndex[];
}

type LaneDirection = 'IN' | 'OUT';

/** A time in which nothing came of lanes in time, as by their cameras' rhythm is next to impossible; always the same ones. */
export interface BlindSpell {
  readonly direction: LaneDirection;
  /** ms UTC */
  readonly from: number;
  readonly to: number;
  /**
   * Of the vehicles that went that way, the share that went by unread if these lanes were blind; 1: nearly all did, and the others don't
   * show how many came.
   */
  readonly share: number;
  /** How likely they were blind, rather than closed and nobody went by. */
  readonly chance: number;
}

/** How many vehicles are usual in an hour of the week that begins then, by what the garage has learned; 0: nothing yet. */
export type UsualTraffic = (direction: LaneDirection, hourOfWeek: number) => number;

/** Where nearly all go by one lane, the others don't show how many there are. */
const MOST_SHARE = 0.9;
/** Counts of reads go so far back, and stays of a day and more ago say little of now. */
const LOOKS_BACK_MS = 48 * 3_600_000;

/**
 * The blind spells of the last two days before that instant. A lane that is closed reads nothing either; but then its vehicles
 * go by the others, which have more to read than is usual at that time of day. Where all lanes of a direction are quiet it
 * is blindness as far as those of the other direction read as much as usual. Of a lane that was cut off and sends later what its cameras
 * have kept, that went by unread which did not come afterwards either, as far as the other lanes show how much there was to read.
 * @param horizonMs reads of so long ago are in the state
 */
export function blindSpells(
  lanes: readonly OneWayLane[], usual: UsualTraffic, timezone: string, horizonMs: number, at: number,
): readonly BlindSpell[] {
  const until = intervalOf(at);
  const from = until - Math.floor(Math.min(LOOKS_BACK_MS, horizonMs) / INTERVAL_MS);
  const hours = hoursOfWeek(timezone);
  const quiet = lanes.map(({ cameras }) => quietSpells(cameras, from, until, hours));
  // As nearly always, and it is asked each time that occupancy is told.
  if (quiet.every((spells) => spells === noSpells)) return noBlindSpells;
  const isQuiet = (lane: number, interval: number): boolean => quiet[lane]!.some(([first, end]) => interval >= first && interval < end);

  const spells: BlindSpell[] = [];
  for (const direction of ['IN', 'OUT'] as const) {
    const ofDirection = [...lanes.keys()].filter((lane) => lanes[lane]!.direction === direction);
    const others = [...lanes.keys()].filter((lane) => lanes[lane]!.direction !== direction);
    let first = from;
    for (let interval = from; interval <= until; interval++) {
      const isEnd = interval === until || ofDirection.some((lane) => isQuiet(lane, interval) !== isQuiet(lane, first));
      if (!isEnd) continue;
      const blind = ofDirection.filter((lane) => isQuiet(lane, first));
      if (blind.length > 0) spells.push(spellOf(direction, first, interval, blind, ofDirection.filter((lane) => !blind.includes(lane)), others));
      first = interval;
    }
  }
  return spells;

  function spellOf(
    direction: LaneDirection, first: number, end: number, blind: readonly number[], seeing: readonly number[], others: readonly number[],
  ): BlindSpell {
    const own = readsOutside(blind);
    const all = own + readsOutside(seeing);
    const share = all === 0 ? 1 : own / all;
    const isMost = share > MOST_SHARE;
    const traffic = isMost ? Math.min(1, trafficOf(others, opposite(direction), first, end) ?? 0) : 1;
    const cameLate = readsIn(blind, first, end);
    const expectedLate = isMost ? traffic * (expectedOf(blind, direction, first, end) ?? 0)
      : (readsIn(seeing, first, end) * share) / (1 - share);
    const unread = cameLate === 0 ? share : share * shareLost(cameLate, expectedLate, readsIn(isMost ? others : seeing, first, end));
    const spell = { direction, from: first * INTERVAL_MS, to: end * INTERVAL_MS };
    if (unread > MOST_SHARE) return { ...spell, share: 1, chance: traffic };
    // Whoever is read late did go by: it was not closed.
    if (cameLate > 0) return { ...spell, share: unread, chance: 1 };
    const expected = expectedOf(seeing, direction, first, end);
    return { ...spell, share, chance: expected === null ? AS_LIKELY : chanceOfBlindness(readsIn(seeing, first, end), expected, share) };
  }

  /** Reads of the lanes against what is usual for those hours; null: nothing is known. */
  function trafficOf(ofLanes: readonly number[], direction: LaneDirection, first: number, end: number): number | null {
    const expected = expectedOf(ofLanes, direction, first, end);
    return expected === null || expected === 0 ? null : readsIn(ofLanes, first, end) / expected;
  }

  /** How many reads of the lanes are usual then: as many for each vehicle as at other times of these two days. */
  function expectedOf(ofLanes: readonly number[], direction: LaneDirection, first: number, end: number): number | null {
    let then = 0;
    let otherwise = 0;
    let reads = 0;
    for (let interval = from; interval < until; interval++) {
      const vehicles = usual(direction, hours.of(interval));
      if (interval >= first && interval < end) then += vehicles;
      else if (!ofLanes.some((lane) => isQuiet(lane, interval))) {
        otherwise += vehicles;
        for (const lane of ofLanes) reads += readsOf(lane, interval);
      }
    }
    return otherwise === 0 ? null : (reads * then) / otherwise;
  }

  /** While none of the lanes of either direction is quiet. */
  function readsOutside(ofLanes: readonly number[]): number {
    let reads = 0;
    for (let interval = from; interval < until; interval++) {
      if (lanes.some((_, lane) => isQuiet(lane, interval))) continue;
      for (const lane of ofLanes) reads += readsOf(lane, interval);
    }
    return reads;
  }

  function readsIn(ofLanes: readonly number[], first: number, end: number): number {
    let reads = 0;
    for (let interval = first; interval < end; interval++) for (const lane of ofLanes) reads += readsOf(lane, interval);
    return reads;
  }

  function readsOf(lane: number, interval: number): number {
    return lanes[lane]!.cameras.reduce((most, { counts }) => Math.max(most, counts.of(interval)), 0);
  }
}

/** Unless the others show it. */
const AS_LIKELY = 0.5;
/** Reads come in clumps, and one day has more traffic than the next: so many say as much as one. */
const READS_AS_ONE = 3;
/** Beyond it nothing is sure: a lane may be closed on a day with little traffic. */
const MOST_SURE = 0.95;

/**
 * @param reads of the other lanes
 * @param expected of them, were the lane as usual or blind; were it closed, they would have its vehicles as well
 */
function chanceOfBlindness(reads: number, expected: number, share: number): number {
  const logClosed = (reads * Math.log(1 / (1 - share)) - (expected * share) / (1 - share)) / READS_AS_ONE;
  return Math.max(1 - MOST_SURE, Math.min(MOST_SURE, 1 / (1 + Math.exp(logClosed))));
}

/** Of what cameras read while they were cut off, so much is usually lost. */
const USUALLY_LOST = 0.2;

/**
 * Of the reads of lanes that were cut off, the share that did not come afterwards either.
 * @param came those that did
 * @param expected by the other lanes, which read so many meanwhile: what so few show is as likely chance
 */
function shareLost(came: number, expected: number, readsOfOthers: number): number {
  if (expected === 0) return 0;
  const chance = READS_AS_ONE * (1 / expected + 1 / readsOfOthers);
  return (Math.max(0, 1 - came / expected) * USUALLY_LOST ** 2) / (USUALLY_LOST ** 2 + chance);
}

function opposite(direction: LaneDirection): LaneDirection {
  return direction === 'IN' ? 'OUT' : 'IN';
}

type Spell = readonly [first: number, end: number];

const noSpells: readonly Spell[] = [];
const noBlindSpells: readonly BlindSpell[] = [];

/** @returns `noSpells` if there are none */
function quietSpells(cameras: readonly CameraIndex[], from: number, until: number, hours: HoursOfWeek): readonly Spell[] {
  if (cameras.every(({ rhythm }) => rhythm.readHours === 0)) return noSpells;
  let spells = noSpells;
  let first = from;
  let surprise = 0;
  let hour = -1;
  let unlikelihood = 0;
  let readIn = -1;
  for (let interval = from; interval <= until; interval++) {
    if (readIn < interval) readIn = Math.min(until, firstReadFrom(interval, cameras));
    if (interval < readIn) {
      if (hours.of(interval) !== hour) {
        hour = hours.of(interval);
        unlikelihood = unlikelihoodThen(hour, cameras);
      }
      surprise += unlikelihood;
      continue;
    }
    if (surprise >= SILENT_FROM) spells = [...spells, [first, interval]];
    first = interval + 1;
    surprise = 0;
  }
  return spells;
}

/** The first interval from that one on of which anything came in time. */
function firstReadFrom(interval: number, cameras: readonly CameraIndex[]): number {
  let first = Infinity;
  for (let i = 0; i < cameras.length; i++) {
    const { counts, late } = cameras[i]!;
    let own = counts.firstFrom(interval);
    while (own < first && (late?.of(own) ?? 0) >= counts.of(own)) own = counts.firstFrom(own + 1);
    first = Math.min(first, own);
  }
  return first;
}

/** Of no read in an interval of that hour by the camera that is the likeliest to read something. */
function unlikelihoodThen(hour: number, cameras: readonly CameraIndex[]): number {
  let most = 0;
  for (let i = 0; i < cameras.length; i++) most = Math.max(most, chanceOfRead(cameras[i]!.rhythm, hour));
  return most === 0 ? 0 : unlikelihoodOfQuiet(most);
}
