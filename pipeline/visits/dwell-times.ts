import type { StayTimes } from './stay-times.ts';

/**
 * How long those stay who come in at a certain hour: a commuter's car of the morning is gone in the evening, a resident's of
 * the evening is not. Learned by the hour of the entry, apart for working days and week-ends, on top of how long all stay.
 */
export interface LearnedDwell {
  readonly garageId: string;
  /** See `hourClassOf`. */
  readonly hourClass: number;
  /** Stays by their length in half hours; the last are all longer ones. */
  readonly lengths: readonly number[];
}

/** Of an hour of the week, 0 to 167 from Monday 0:00: the hour of the day, and whether it is on a week-end. */
export function hourClassOf(hourOfWeek: number): number {
  return (hourOfWeek % HOURS_OF_DAY) + (hourOfWeek >= 5 * HOURS_OF_DAY ? HOURS_OF_DAY : 0);
}

const HOURS_OF_DAY = 24;
const STEP_MS = 30 * 60_000;
/** Two days: who stays longer stays as long as anybody. */
const STEPS = 96;
/** How long all stay counts as so many stays of the hour. */
const ALL_WEIGHT = 40;
const LEAST_SHARE = 1e-6;

export function withLength(before: LearnedDwell, lengthMs: number): LearnedDwell {
  const lengths = Array.from({ length: STEPS + 1 }, (_, step) => before.lengths[step] ?? 0);
  lengths[Math.min(STEPS, Math.floor(lengthMs / STEP_MS))]! += 1;
  return { ...before, lengths };
}

export class DwellTimes {
  private readonly stayTimes: () => StayTimes;
  private readonly learned = new Map<number, LearnedDwell>();
  /** By hour class: share of stays longer than so many steps, once asked for. */
  private readonly longer = new Map<number, Float64Array>();
  private ofAll: Float64Array | null = null;

  /** @param stayTimes how long all stay */
  constructor(stayTimes: () => StayTimes) {
    this.stayTimes = stayTimes;
  }

  learn(hourClass: number, learned: LearnedDwell | undefined): void {
    if (learned === undefined) this.learned.delete(hourClass);
    else this.learned.set(hourClass, learned);
    this.longer.delete(hourClass);
  }

  /** What is known of all stays is another. */
  stayTimesChanged(): void {
    this.ofAll = null;
    this.longer.clear();
  }

  /** Share of the vehicles that came in at such an hour that stay longer than so long; above 0. */
  longerShare(hourClass: number, lengthMs: number): number {
    let longer = this.longer.get(hourClass);
    if (longer === undefined) this.longer.set(hourClass, longer = this.longerOf(this.learned.get(hourClass)));
    const step = Math.floor(lengthMs / STEP_MS);
    if (step >= STEPS) {
      const ofAll = this.stayTimes();
      return Math.max(LEAST_SHARE, (longer[STEPS]! * ofAll.longerShare(lengthMs)) / ofAll.longerShare(STEPS * STEP_MS));
    }
    const part = lengthMs / STEP_MS - step;
    return Math.max(LEAST_SHARE, longer[step]! + part * (longer[step + 1]! - longer[step]!));
  }

  private longerOf(learned: LearnedDwell | undefined): Float64Array {
    const stayTimes = this.stayTimes();
    const ofAll = (this.ofAll ??= Float64Array.from({ length: STEPS + 1 }, (_, step) => stayTimes.longerShare(step * STEP_MS)));
    if (learned === undefined) return ofAll;
    const stays = learned.lengths.reduce((sum, count) => sum + count, 0);
    const longer = new Float64Array(STEPS + 1);
    let left = stays;
    for (let step = 0; step <= STEPS; step++) {
      longer[step] = (ALL_WEIGHT * ofAll[step]! + left) / (ALL_WEIGHT + stays);
      left -= learned.lengths[step] ?? 0;
    }
    return longer;
  }
}
