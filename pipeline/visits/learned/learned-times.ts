import { DwellTimes, type LearnedDwell } from './dwell-times.ts';
import { StayTimes, type LearnedStays } from './stay-times.ts';

/** What the stays of a garage have taught of how long vehicles stay; until they have, what is usual. */
export class LearnedTimes {
  private ownStayTimes: StayTimes | null = null;
  /** What they have not been told yet. */
  private untold: LearnedStays | null = null;
  private ownDwellTimes: DwellTimes | null = null;

  /** How long vehicles stay here, and how often one goes by unread. */
  get stayTimes(): StayTimes {
    if (this.untold !== null) {
      this.ownStayTimes ??= new StayTimes();
      this.ownStayTimes.learn(this.untold);
      this.untold = null;
    }
    return this.ownStayTimes ?? usualStayTimes;
  }

  /** How long vehicles stay that come in at a certain hour. */
  get dwellTimes(): DwellTimes {
    if (this.ownDwellTimes === null && this.stayTimes === usualStayTimes) return usualDwellTimes;
    return (this.ownDwellTimes ??= new DwellTimes(() => this.stayTimes));
  }

  /** @param learned all that stays have taught so far */
  learnStayTimes(learned: LearnedStays): void {
    this.untold = learned;
    this.ownDwellTimes?.stayTimesChanged();
  }

  /** @param learned what stays that began in hours of that class have taught; undefined: nothing */
  learnDwellTimes(hourClass: number, learned: LearnedDwell | undefined): void {
    this.ownDwellTimes ??= new DwellTimes(() => this.stayTimes);
    this.ownDwellTimes.learn(hourClass, learned);
  }
}

/** Of all garages that have learned nothing yet. */
const usualStayTimes = new StayTimes();
const usualDwellTimes = new DwellTimes(() => usualStayTimes);
