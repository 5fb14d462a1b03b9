import type { StayTimes } from './stay-times.ts';

/**
 * How long those stay who come in at a certain hour: a commuter's car of the morning is gone in the evening, a resident's of
 * the evening is not. Learned by the hour of the entry, apart for working days and week-ends, on top of how long all stay; and so
 * is how many come in and leave in such an hour.
 */
export interface LearnedDwell {
  readonly garageId: string;
  /** See `hourClassOf`. */
  readonly hourClass: number;
  /** Stays by their length in half hours; the last are all longer ones. */
  readonly lengths: readonly number[];
  /** So many of them began on so many days, the last being that one (days UTC since 1970, each has one such hour). */
  readonly counted: number;
  readonly days: number;
  readonly lastDay: number;
}

/** Of the stays that end, one in so many teaches. */
export const LEARNED_ONE_IN = 4;

/** Of an hour of the week, 0 to 167 from Monday 0:00: the hour of the day, and whether it is on a week-end. */
export function hourClassOf(hourOfWeek: number): number {
  return (hourOfWeek % HOURS_OF_DAY) + (hourOfWeek >= 5 * HOURS_OF_DAY ? HOURS_OF_DAY : 0);
}

const HOURS_OF_DAY = 24;
const HOUR_CLASSES = 2 * HOURS_OF_DAY;
const HOUR_MS = 3_600_000;
const STEP_MS = 30 * 60_000;
/** Two days: who stays longer stays as long as anybody. */
const STEPS = 96;
/** How long all stay counts as so many stays of the hour. */
const ALL_WEIGHT = 40;
const LEAST_SHARE = 1e-6;

export function nothingLearnedOf(garageId: string, hourClass: number): LearnedDwell {
  return { garageId, hourClass, lengths: [], counted: 0, days: 0, lastDay: 0 };
}

export function withLength(before: LearnedDwell, enteredAt: number, lengthMs: number): LearnedDwell {
  const day = Math.floor(enteredAt / (HOURS_OF_DAY * HOUR_MS));
  const lengths = before.lengths.slice();
  while (lengths.length <= STEPS) lengths.push(0);
  lengths[Math.min(STEPS, Math.floor(lengthMs / STEP_MS))]! += 1;
  const isNew = day > before.lastDay;
  return {
    ...before, lengths, counted: before.counted + 1, days: before.days + (isNew ? 1 : 0), lastDay: Math.max(before.lastDay, day),
  };
}

export class DwellTimes {
  private readonly stayTimes: () => StayTimes;
  /** By hour class. */
  private readonly learned: (LearnedDwell | undefined)[] = [];
  /**
   * By hour class: how many of its stays were longer than so many steps, once asked for; null: nothing is known of them. Filled anew when
   * more is learned: to make one takes as long as to fill it.
   */
  private readonly longer: (Float64Array | null)[] = new Array<null>(HOUR_CLASSES).fill(null);
  private readonly areCounted = new Array<boolean>(HOUR_CLASSES).fill(false);
  private ofAll: Float64Array | null = null;
  private isOfAllKnown = false;
  /** Share of all stays that are longer than any step. */
  private longest: number | null = null;
  /** By hour class: vehicles that come in in such an hour, and that leave; once asked for. */
  private traffic: { readonly entries: Float64Array; readonly exits: Float64Array } | null = null;

  /** @param stayTimes how long all stay */
  constructor(stayTimes: () => StayTimes) {
    this.stayTimes = stayTimes;
  }

  learn(hourClass: number, learned: LearnedDwell | undefined): void {
    this.learned[hourClass] = learned;
    this.areCounted[hourClass] = false;
    this.traffic = null;
  }

  /** What is known of all stays is another. */
  stayTimesChanged(): void {
    this.isOfAllKnown = false;
    this.longest = null;
  }

  /** Share of the vehicles that came in at such an hour that stay longer than so long; above 0. */
  longerShare(hourClass: number, lengthMs: number): number {
    const longer = this.areCounted[hourClass]! ? this.longer[hourClass]! : this.countLonger(hourClass);
    const ofAll = this.isOfAllKnown ? this.ofAll! : this.findOfAll();
    const step = Math.floor(lengthMs / STEP_MS);
    if (step >= STEPS) {
      const stayTimes = this.stayTimes();
      this.longest ??= stayTimes.longerShare(STEPS * STEP_MS);
      return Math.max(LEAST_SHARE, (shareOf(longer, ofAll, STEPS) * stayTimes.longerShare(lengthMs)) / this.longest);
    }
    const part = lengthMs / STEP_MS - step;
    const atStep = shareOf(longer, ofAll, step);
    return Math.max(LEAST_SHARE, atStep + part * (shareOf(longer, ofAll, step + 1) - atStep));
  }

  private countLonger(hourClass: number): Float64Array | null {
    const longer = longerOf(this.learned[hourClass], this.longer[hourClass]!);
    this.longer[hourClass] = longer;
    this.areCounted[hourClass] = true;
    return longer;
  }

  private findOfAll(): Float64Array {
    const ofAll = (this.ofAll ??= new Float64Array(STEPS + 1));
    const stayTimes = this.stayTimes();
    for (let step = 0; step <= STEPS; step++) ofAll[step] = stayTimes.longerShare(step * STEP_MS);
    this.isOfAllKnown = true;
    return ofAll;
  }

  /** How many vehicles usually come in in an hour of that class; 0: nothing is known. */
  entriesIn(hourClass: number): number {
    return (this.traffic ??= this.trafficOf()).entries[hourClass]!;
  }

  /** How many leave. */
  exitsIn(hourClass: number): number {
    return (this.traffic ??= this.trafficOf()).exits[hourClass]!;
  }

  private trafficOf(): { entries: Float64Array; exits: Float64Array } {
    const entries = new Float64Array(HOUR_CLASSES);
    const exits = new Float64Array(HOUR_CLASSES);
    for (const first of [0, HOURS_OF_DAY]) {
      const classes = Array.from({ length: HOURS_OF_DAY }, (_, hour) => this.learned[first + hour]);
      // In hours in which few come there are days without any that was learned.
      const days = classes.reduce((most, learned) => Math.max(most, learned?.days ?? 0), 0);
      if (days === 0) continue;
      for (const [hour, learned] of classes.entries()) {
        if (learned === undefined) continue;
        const { lengths, counted } = learned;
        const vehicles = (LEARNED_ONE_IN * counted) / days;
        const stays = lengths.reduce((sum, count) => sum + count, 0);
        entries[first + hour] = vehicles;
        for (const [step, count] of lengths.entries()) {
          // The day after is mostly of the same kind.
          const leaves = hour + 0.5 + ((step + 0.5) * STEP_MS) / HOUR_MS;
          exits[first + (Math.floor(leaves) % HOURS_OF_DAY)]! += (vehicles * count) / stays;
        }
      }
    }
    return { entries, exits };
  }
}

/** @param into where it may be written over; null: nowhere */
function longerOf(learned: LearnedDwell | undefined, into: Float64Array | null): Float64Array | null {
  if (learned === undefined) return null;
  const { lengths } = learned;
  const longer = into ?? new Float64Array(STEPS + 1);
  let left = 0;
  for (const count of lengths) left += count;
  for (let step = 0; step <= STEPS; step++) {
    longer[step] = left;
    left -= lengths[step] ?? 0;
  }
  return longer;
}

/** Share of an hour class's stays that are longer than so many steps. @param longer how many were; null: as many as of all */
function shareOf(longer: Float64Array | null, ofAll: Float64Array, step: number): number {
  return longer === null ? ofAll[step]! : (ALL_WEIGHT * ofAll[step]! + longer[step]!) / (ALL_WEIGHT + longer[0]!);
}
