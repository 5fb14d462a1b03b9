import { NO_SLOT } from '../state/plate-stays.ts';
import { DwellTimes, type LearnedDwell } from './dwell-times.ts';
import { StayTimes } from './stay-times.ts';
import { nothingTaught, taughtCount, taughtFor, type TaughtStays } from './taught-stays.ts';
import { CountsByInterval } from './up-to-interval.ts';

/** What the stays of a garage have taught of how long vehicles stay; until they have, what is usual. */
export class LearnedTimes {
  /** By all stays so far. */
  taught = nothingTaught;
  /** Of what they taught, in its table. */
  slot = NO_SLOT;
  /** The same by hour class. */
  private readonly dwellSlots: number[] = [];
  /** Those asked for last, by how many stays taught them: around the end of an interval two are, and that by all. */
  private readonly known: { readonly count: number; readonly stayTimes: StayTimes }[] = [];
  private readonly counting = new CountsByInterval((interval) => this.stayTimesFor(interval));
  private ownDwellTimes: DwellTimes | null = null;

  /** How long vehicles stay here, and how often one goes by unread, by all that is known. */
  get stayTimes(): StayTimes {
    return this.stayTimesFor(Infinity);
  }

  /** The same, as it counts for what is read at that time (ms UTC): whatever was learned since. */
  stayTimesAt(at: number): StayTimes {
    return this.counting.at(at);
  }

  /** How long vehicles stay that come in at a certain hour. */
  get dwellTimes(): DwellTimes {
    const { ownDwellTimes } = this;
    if (ownDwellTimes !== null) return ownDwellTimes;
    return this.stayTimes === usualStayTimes ? usualDwellTimes : (this.ownDwellTimes = new DwellTimes(() => this.stayTimes));
  }

  /** @param taught by all stays so far, in place of what was told before */
  learnStayTimes(taught: TaughtStays, slot: number): void {
    this.taught = taught;
    this.slot = slot;
    this.counting.forget();
    // It may be of a record that was undone: others may teach in its stead.
    const count = taughtCount(taught, Infinity);
    while (this.known.length > 0 && this.known.at(-1)!.count > count) this.known.pop();
    this.ownDwellTimes?.stayTimesChanged();
  }

  /** @param learned what stays that began in hours of that class have taught; undefined: nothing */
  learnDwellTimes(hourClass: number, learned: LearnedDwell | undefined, slot: number): void {
    this.dwellSlots[hourClass] = slot;
    this.ownDwellTimes ??= new DwellTimes(() => this.stayTimes);
    this.ownDwellTimes.learn(hourClass, learned);
  }

  /** Where what those of that hour class have taught is in its table. */
  dwellSlot(hourClass: number): number {
    return this.dwellSlots[hourClass] ?? NO_SLOT;
  }

  private stayTimesFor(interval: number): StayTimes {
    const count = taughtCount(this.taught, interval);
    if (count === 0) return usualStayTimes;
    const { known } = this;
    const same = known.find((each) => each.count === count);
    if (same !== undefined) return same.stayTimes;
    const stayTimes = new StayTimes(taughtFor(this.taught, interval));
    known.push({ count, stayTimes });
    known.sort((a, b) => a.count - b.count);
    if (known.length > MOST_KNOWN) known.shift();
    return stayTimes;
  }
}

const MOST_KNOWN = 3;

/** Of all garages that have learned nothing yet. */
const usualStayTimes = new StayTimes();
const usualDwellTimes = new DwellTimes(() => usualStayTimes);
