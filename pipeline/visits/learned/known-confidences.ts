import { NO_SLOT } from '../state/plate-stays.ts';
import { confidenceWorthOf, type ConfidenceWorth, type LearnedConfidences, type ReliabilityStep } from './confidence-worth.ts';
import { CountsByInterval, countsIn } from './up-to-interval.ts';

/** What confidences are worth in a garage. */
export class KnownConfidences {
  private learned: LearnedConfidences | null = null;
  /** Of that, in its table. */
  slot = NO_SLOT;
  /** Those asked for last, by what they were made of: around the end of an interval two are. */
  private readonly known: { readonly steps: readonly ReliabilityStep[]; readonly worth: ConfidenceWorth | null }[] = [];
  private readonly counting = new CountsByInterval((interval) => (
    this.learned === null ? null : this.worthOf(countsIn(this.learned, interval).steps)
  ));

  /** @param learned null: nothing any more */
  learn(learned: LearnedConfidences | null, slot: number): void {
    this.learned = learned;
    this.slot = slot;
    this.counting.forget();
  }

  /** As it counts for what is read at that time (ms UTC), whatever was learned since; null: too little was known to say. */
  at(at: number): ConfidenceWorth | null {
    return this.counting.at(at);
  }

  /** Steps are never changed, so that what is told of them holds, though the record that brought them be undone. */
  private worthOf(steps: readonly ReliabilityStep[]): ConfidenceWorth | null {
    const same = this.known.find((each) => each.steps === steps);
    if (same !== undefined) return same.worth;
    const worth = confidenceWorthOf(steps);
    this.known.push({ steps, worth });
    if (this.known.length > MOST_KNOWN) this.known.shift();
    return worth;
  }
}

const MOST_KNOWN = 2;
