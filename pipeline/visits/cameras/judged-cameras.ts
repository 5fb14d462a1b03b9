import type { Irregularity } from '../../records/records.ts';
import { isToldSilent, MOST_ODD, noneOdd, nothingTold, type CameraWatch } from './camera-watch.ts';
import { noCorrections, withCorrection, type ClockCorrection } from './clock-correction.ts';
import { areOthersRight, rightClock, withReads, type ClockOffset, type OddTime } from './clock-offset.ts';
import type { IntervalCounts } from './interval-counts.ts';
import { firstAfterJudging, intervalOf, type HoursOfWeek } from './intervals.ts';
import { noMisreads, withReads as withMisreads, type Misreads } from './misreads.ts';
import { chanceOfRead, newRhythm, type HourSeen, type Rhythm } from './rhythm.ts';
import { endQuiet, growQuiet, isUsual, isUsualAfter, notQuiet, unlikelihoodOfQuiet, type GrowingQuiet } from './silence.ts';
import { isCalledSilent, toldOf, type Tell } from './troubles.ts';

export interface WatchedCamera {
  readonly watch: CameraWatch;
  /** Changes with the day alone. */
  readonly rhythm: Rhythm;
  /** Reads in an interval. */
  readonly counts: Pick<IntervalCounts, 'of' | 'firstFrom'>;
}

/** A read of a vehicle that left, against the plate of its whole stay. */
export interface JudgedRead {
  readonly cameraId: string;
  readonly isWrong: boolean;
}

/** What a garage saw in intervals of one day that follow each other. */
export interface SeenIntervals {
  readonly garageId: string;
  readonly operatorId: string;
  readonly from: number;
  /** The first that is not judged. */
  readonly until: number;
  readonly hours: HoursOfWeek;
  readonly allowedLatenessMs: number;
  /** Of vehicles that left in an interval, in order. */
  readonly judgedReads: ReadonlyMap<number, readonly JudgedRead[]>;
}

/**
 * All watched cameras of a garage after some intervals; what is told goes to `tell`. Where a garage is seldom visited, hours
 * of quiet come at once with each read: an interval without any costs a few sums, an hour in which that is usual no more.
 */
export function afterIntervals(cameras: readonly WatchedCamera[], seen: SeenIntervals, tell: Tell): CameraWatch[] {
  const { garageId, operatorId, from, until, hours, allowedLatenessMs, judgedReads } = seen;
  const judged = cameras.map((camera, index) => (desks[index] ??= new JudgedCamera()).begin(camera));
  const tellAfter = (interval: number, camera: JudgedCamera): void => {
    camera.tell(toldOf(camera, judged, { garageId, operatorId, next: interval + 1 }, tell));
  };

  // By index: an iterator for each of these loops would be most of what is allocated here.
  const { length } = judged;
  const correctAfter = (interval: number): void => {
    const from = firstAfterJudging(interval, allowedLatenessMs);
    for (let i = 0; i < length; i++) judged[i]!.correct(from, areOthersRight(judged[i]!.clock, judged));
  };
  let hour = -1;
  let readIn = -1;
  for (let interval = from; interval < until; ) {
    if (readIn < interval) readIn = firstReadFrom(interval, judged, judgedReads);
    if (hours.of(interval) !== hour) {
      hour = hours.of(interval);
      for (let i = 0; i < length; i++) judged[i]!.beginHour(hour);
    }
    for (let i = 0; i < length; i++) judged[i]!.countReads(interval);
    for (let i = 0; i < length; i++) judged[i]!.seeOthers(judged);
    // What a new configuration has changed shows in the first.
    if (interval === from || interval === readIn) {
      for (let i = 0; i < length; i++) judged[i]!.see(interval);
      const ofInterval = judgedReads.get(interval) ?? noneJudged;
      for (let i = 0; i < length; i++) judged[i]!.seeReads(interval, ofInterval);
      for (let i = 0; i < length; i++) tellAfter(interval, judged[i]!);
      correctAfter(interval);
      interval++;
      continue;
    }
    let end = interval + 1;
    while (end < until && end < readIn && hours.of(end) === hour) end++;
    if (isUsualUntil(interval, end, judged)) {
      for (let i = 0; i < length; i++) judged[i]!.seeUsual(interval, end);
      interval = end;
      continue;
    }
    // Where nothing is read nothing but silence can show, or, if a read came too late, be over.
    for (let i = 0; i < length; i++) judged[i]!.see(interval);
    interval++;
    for (let i = 0; i < length; i++) if (judged[i]!.isSilenceNew(interval)) tellAfter(interval - 1, judged[i]!);
  }
  return judged.map((camera) => camera.end());
}

/** The first interval in which more can matter than that nothing was read in it. */
function firstReadFrom(interval: number, judged: readonly JudgedCamera[], judgedReads: SeenIntervals['judgedReads']): number {
  let first = Infinity;
  for (let i = 0; i < judged.length; i++) first = Math.min(first, judged[i]!.firstReadFrom(interval));
  if (judgedReads.size > 0) for (const judgedIn of judgedReads.keys()) if (judgedIn >= interval) first = Math.min(first, judgedIn);
  return first;
}

function isUsualUntil(interval: number, end: number, judged: readonly JudgedCamera[]): boolean {
  for (let i = 0; i < judged.length; i++) if (!judged[i]!.isUsualUntil(interval, end)) return false;
  return true;
}

/** A camera silent for so long may have no more to do: that is its rhythm then. */
const SILENT_MOST = 14 * 96;
const noneJudged: readonly JudgedRead[] = [];
const noCounts: WatchedCamera['counts'] = { of: () => 0, firstFrom: () => Infinity };
const noRhythm = newRhythm();

/** A camera while its intervals are judged, changed in place. */
class JudgedCamera {
  cameraId = '';
  from = 0;
  readonly quiet: GrowingQuiet = { ...notQuiet };
  misreads: Misreads = noMisreads;
  clock: ClockOffset = rightClock;
  private corrections: readonly ClockCorrection[] = noCorrections;
  told: readonly Irregularity[] = nothingTold;
  private counts: WatchedCamera['counts'] = noCounts;
  private rhythm: Rhythm = noRhythm;
  private odd: readonly OddTime[] = noneOdd;
  private oddBefore: readonly OddTime[] = noneOdd;
  private heardIn = 0;
  /** Of the day under way, but for the hour under way. */
  private hours: HourSeen[] = [];
  private hour = -1;
  /** Intervals of that hour, and those with a read. */
  private hourSeen = 0;
  private hourRead = 0;
  /** In an interval of that hour. */
  private chance = 0;
  private unlikelihood = 0;
  private reads = 0;
  private isToldSilent = false;
  /** Of the other cameras of its garage that are not called silent. */
  private othersExpected = 0;
  private othersRead = 0;

  begin({ watch, rhythm, counts }: WatchedCamera): this {
    const { since, intervals, surprise, othersExpected, othersRead } = watch.quiet;
    this.cameraId = watch.cameraId;
    this.from = watch.from;
    this.quiet.since = since;
    this.quiet.intervals = intervals;
    this.quiet.surprise = surprise;
    this.quiet.othersExpected = othersExpected;
    this.quiet.othersRead = othersRead;
    this.misreads = watch.misreads;
    this.clock = watch.clock;
    this.corrections = watch.corrections;
    this.told = watch.told;
    this.counts = counts;
    this.rhythm = rhythm;
    this.odd = watch.odd;
    this.oddBefore = watch.oddBefore;
    this.heardIn = watch.heardIn;
    this.hours = watch.hours.slice();
    this.hour = -1;
    this.hourSeen = 0;
    this.hourRead = 0;
    this.isToldSilent = isToldSilent(watch);
    return this;
  }

  beginHour(hour: number): void {
    this.endHour();
    const { hours } = this;
    const last = hours.length - 1;
    if (last >= 0 && hours[last]!.hour === hour) {
      const { seen, read } = hours.pop()!;
      this.hourSeen = seen;
      this.hourRead = read;
    }
    this.hour = hour;
    this.chance = chanceOfRead(this.rhythm, hour);
    this.unlikelihood = this.chance === 0 ? 0 : unlikelihoodOfQuiet(this.chance);
  }

  private endHour(): void {
    if (this.hourSeen > 0) this.hours.push({ hour: this.hour, seen: this.hourSeen, read: this.hourRead });
    this.hourSeen = 0;
    this.hourRead = 0;
  }

  countReads(interval: number): void {
    this.reads = this.counts.of(interval);
  }

  firstReadFrom(interval: number): number {
    return this.odd.length > 0 ? interval : this.counts.firstFrom(interval);
  }

  /** What the others should have read, and have. */
  seeOthers(all: readonly JudgedCamera[]): void {
    let expected = 0;
    let read = 0;
    for (let i = 0; i < all.length; i++) {
      const other = all[i]!;
      if (other === this || other.isToldSilent) continue;
      expected += other.chance;
      read += other.reads > 0 ? 1 : 0;
    }
    this.othersExpected = expected;
    this.othersRead = read;
  }

  see(interval: number): void {
    const { quiet } = this;
    if (this.reads > 0) {
      this.hourSeen += 1;
      this.hourRead += 1;
      endQuiet(quiet);
    } else if (this.heardIn >= interval) {
      endQuiet(quiet);
    } else {
      growQuiet(quiet, interval, 1, this.unlikelihood, this.othersExpected, this.othersRead);
      // Hours of silence must not become the rhythm.
      if (isUsual(quiet) || quiet.intervals > SILENT_MOST) this.hourSeen += 1;
    }
  }

  /** Some intervals of the hour in which no camera reads are all usual, or it is called silent already. */
  isUsualUntil(interval: number, end: number): boolean {
    const { quiet } = this;
    if (this.heardIn >= interval) return false;
    const intervals = end - interval;
    return this.isToldSilent ? quiet.intervals + intervals <= SILENT_MOST : isUsualAfter(quiet, intervals * this.unlikelihood);
  }

  seeUsual(interval: number, end: number): void {
    const intervals = end - interval;
    growQuiet(this.quiet, interval, intervals, this.unlikelihood, this.othersExpected, 0);
    if (!this.isToldSilent) this.hourSeen += intervals;
  }

  /** What its reads of the interval say of its clock and its lens. */
  seeReads(interval: number, judgedReads: readonly JudgedRead[]): void {
    const { odd, reads } = this;
    if (odd.length === 0) {
      this.clock = withReads(this.clock, reads, odd);
    } else {
      const due = odd.filter(({ at }) => intervalOf(at) <= interval);
      const early = due.filter(({ at }) => intervalOf(at) < interval);
      // Of so many, how many more there were is not known.
      this.clock = withReads(this.clock, due.length === MOST_ODD ? MOST_ODD : reads + early.length, due);
      this.odd = odd.filter((each) => !due.includes(each));
      this.oddBefore = [...this.oddBefore, ...due];
    }
    if (judgedReads.length === 0) return;
    const own = judgedReads.filter(({ cameraId }) => cameraId === this.cameraId);
    if (own.length > 0) this.misreads = withMisreads(this.misreads, own.map(({ isWrong }) => isWrong));
  }

  tell(told: readonly Irregularity[]): void {
    this.told = told;
    this.isToldSilent = isToldSilent(this);
  }

  /** @param from the first interval whose reads are taken in when this is known */
  correct(from: number, areOthersRight: boolean): void {
    const { told, clock: { byMs } } = this;
    const isOff = told.some(({ type }) => type === 'clock_skew');
    this.corrections = withCorrection(this.corrections, { from, areOthersRight, offByMs: isOff ? byMs : 0 });
  }

  /** It is to be told that it is silent, or is no more. */
  isSilenceNew(next: number): boolean {
    return this.isToldSilent ? this.quiet.intervals === 0 : isCalledSilent(this.from, this.quiet, next);
  }

  end(): CameraWatch {
    this.endHour();
    const { cameraId, from, hours, quiet, misreads, clock, corrections, odd, oddBefore, heardIn, told } = this;
    return {
      cameraId, from, hours, quiet: quiet.intervals === 0 ? notQuiet : { ...quiet }, misreads, clock, corrections, odd, oddBefore, heardIn, told,
    };
  }
}

/** One for each camera of a garage, used again for the next garage: they would be most of what a read allocates. */
const desks: JudgedCamera[] = [];
