import type { CameraIndex } from './garage-index.ts';
import { hoursOfWeek, intervalOf, INTERVAL_MS, type HoursOfWeek } from './cameras/intervals.ts';
import { chanceOfRead } from './cameras/rhythm.ts';
import { SILENT_FROM, unlikelihoodOfQuiet } from './cameras/silence.ts';

/** Of a lane that only lets in, or only lets out, what tells whether it sees. */
export interface OneWayLane {
  readonly direction: 'IN' | 'OUT';
  /** Those configured. */
  readonly cameras: readonly CameraIndex[];
}

/** A time in which a lane read nothing, as by its cameras' rhythm is next to impossible. */
export interface BlindSpell {
  readonly direction: 'IN' | 'OUT';
  /** ms UTC */
  readonly from: number;
  readonly to: number;
  /** Of the vehicles that went that way then, the share that most likely went by unread. */
  readonly share: number;
}

/** A lane that reads nothing is as likely closed, and its vehicles go by others, as it is blind. */
const BLIND_RATHER_THAN_CLOSED = 0.5;
/** Where nearly all go by one lane, the others don't show how many there are. */
const MOST_SHARE = 0.9;
/** Counts of reads go so far back, and stays of a day and more ago say little of now. */
const LOOKS_BACK_MS = 48 * 3_600_000;

/**
 * The blind spells of the last two days before that instant. Where all lanes of a direction are blind at once nobody knows how many
 * went by.
 * @param horizonMs reads of so long ago are in the state
 */
export function blindSpells(lanes: readonly OneWayLane[], timezone: string, horizonMs: number, at: number): readonly BlindSpell[] {
  const until = intervalOf(at);
  const from = until - Math.floor(Math.min(LOOKS_BACK_MS, horizonMs) / INTERVAL_MS);
  const hours = hoursOfWeek(timezone);
  const blind = lanes.map(({ cameras }) => quietSpells(cameras, from, until, hours));
  // As nearly always, and it is asked each time that occupancy is told.
  if (blind.every((spells) => spells === noSpells)) return noBlindSpells;
  return lanes.flatMap(({ direction }, i) => {
    if (blind[i]!.length === 0) return [];
    const share = shareOf(i, lanes, from, until, blind[i]!);
    if (share > MOST_SHARE) return [];
    return blind[i]!.map(([first, end]) => ({
      direction, from: first * INTERVAL_MS, to: end * INTERVAL_MS, share: BLIND_RATHER_THAN_CLOSED * share,
    }));
  });
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

function firstReadFrom(interval: number, cameras: readonly CameraIndex[]): number {
  let first = Infinity;
  for (let i = 0; i < cameras.length; i++) first = Math.min(first, cameras[i]!.counts.firstFrom(interval));
  return first;
}

/** Of no read in an interval of that hour by the camera that is the likeliest to read something. */
function unlikelihoodThen(hour: number, cameras: readonly CameraIndex[]): number {
  let most = 0;
  for (let i = 0; i < cameras.length; i++) most = Math.max(most, chanceOfRead(cameras[i]!.rhythm, hour));
  return most === 0 ? 0 : unlikelihoodOfQuiet(most);
}

/** Share of the vehicles of its direction that go by the lane, while it sees. */
function shareOf(lane: number, lanes: readonly OneWayLane[], from: number, until: number, blind: readonly Spell[]): number {
  let own = 0;
  let all = 0;
  for (let interval = from; interval < until; interval++) {
    if (blind.some(([first, end]) => interval >= first && interval < end)) continue;
    for (const [i, { direction, cameras }] of lanes.entries()) {
      if (direction !== lanes[lane]!.direction) continue;
      const reads = cameras.reduce((most, { counts }) => Math.max(most, counts.of(interval)), 0);
      all += reads;
      if (i === lane) own += reads;
    }
  }
  return all === 0 ? 1 : own / all;
}
