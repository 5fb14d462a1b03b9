/**
 * How long vehicles stay in a garage, and how many go by unread: what the garage's own stays taught, on top of what is
 * true of most garages. Learned from a sample of the stays that leave the state, and so in the same order at every replay.
 */
export interface LearnedStays {
  /** Closed stays by the bin of their length. */
  readonly lengths: readonly number[];
  /** Exits that had an entry, and exits whose entry was missed. */
  readonly paired: number;
  readonly strays: number;
}

export const nothingLearned: LearnedStays = { lengths: [], paired: 0, strays: 0 };

/** @param lengthMs of a closed stay; null: an exit whose entry was missed */
export function learnedFrom(before: LearnedStays, lengthMs: number | null): LearnedStays {
  if (lengthMs === null) return { ...before, strays: before.strays + 1 };
  const lengths = Array.from({ length: BINS }, (_, bin) => before.lengths[bin] ?? 0);
  lengths[binOf(lengthMs)]! += 1;
  return { ...before, lengths, paired: before.paired + 1 };
}

export class StayTimes {
  /** Share of passages that are not read, or not as what they are. */
  missedShare = 0;
  meanMs = 0;
  /** From this length on a stay may well be two: the exit of one and the entry of the next went by unread. */
  doubtfulFromMs = 0;
  /** By bin: density per ms, and share of stays that last longer than its middle. */
  private readonly density = new Float64Array(BINS);
  private readonly longer = new Float64Array(BINS);

  constructor() {
    this.learn(nothingLearned);
  }

  learn({ lengths, paired, strays }: LearnedStays): void {
    this.missedShare = (strays + MISSED_PRIOR * MISSED_WEIGHT) / (paired + strays + MISSED_WEIGHT);
    const weight = LENGTHS_WEIGHT + paired;
    let left = 1;
    this.meanMs = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const share = (usualShares[bin]! * LENGTHS_WEIGHT + (lengths[bin] ?? 0)) / weight;
      this.density[bin] = share / (binStart(bin + 1) - binStart(bin));
      this.longer[bin] = left - share / 2;
      left -= share;
      this.meanMs += share * binMiddle(bin);
    }
    this.doubtfulFromMs = Infinity;
    for (let bin = BINS - 1; bin >= 0 && this.stitchedShare(binMiddle(bin)) > DOUBTFUL_SHARE; bin--) {
      this.doubtfulFromMs = binStart(bin);
    }
  }

  /**
   * How much likelier the vehicle of a stay has left unread and come in again just now than some vehicle comes in, as a
   * logarithm of the ratio.
   *
   * @param enteringPerMs how many vehicles come in
   */
  logOddsOfReturn(lengthMs: number, enteringPerMs: number): number {
    const gone = this.missedShare * (1 - this.longer[binOf(lengthMs)]!);
    return Math.log((gone * RETURNING_SHARE) / RETURN_MS / enteringPerMs);
  }

  /**
   * How much likelier than another vehicle one leaves after so long, as a logarithm (nats) of its rate per ms. One that
   * should have left long ago has probably left unread.
   */
  logRateOfLeaving(lengthMs: number): number {
    const bin = binOf(lengthMs);
    const longer = Math.max(this.longer[bin]!, 1e-6);
    return Math.log(this.density[bin]! / (longer + this.missedShare * (1 - longer)));
  }

  /**
   * How likely a vehicle that came in so long ago, and was not seen leaving, is still inside: others left unread.
   * @param countedMs how long it had been inside when it was last counted there
   */
  stillInsideShare(ageMs: number, countedMs = 0): number {
    const longer = Math.max(this.longer[binOf(ageMs)]!, 1e-6) / Math.max(this.longer[binOf(countedMs)]!, 1e-6);
    return longer / (longer + this.missedShare * (1 - longer));
  }

  /**
   * How likely a stay of this length, read right at both ends, is two: a missed exit, and later a missed entry of the
   * same vehicle. No plate tells them apart; only that few stay so long, and that many come again next day.
   */
  stitchedShare(lengthMs: number): number {
    const bin = binOf(lengthMs);
    const cameAgain = (RETURNING_SHARE * (1 - this.longer[bin]!)) / RETURN_MS;
    const stitched = this.missedShare * this.missedShare * cameAgain;
    return stitched / (stitched + this.density[bin]!);
  }
}

const BINS = 48;
const PER_OCTAVE = 3;
const SHORTEST_MS = 30_000;

function binOf(lengthMs: number): number {
  if (lengthMs <= SHORTEST_MS) return 0;
  return Math.min(BINS - 1, Math.floor(PER_OCTAVE * Math.log2(lengthMs / SHORTEST_MS)));
}

/** Shortest length in the bin, ms; the first begins at 0. */
function binStart(bin: number): number {
  return bin === 0 ? 0 : SHORTEST_MS * 2 ** (bin / PER_OCTAVE);
}

function binMiddle(bin: number): number {
  return (binStart(bin) + binStart(bin + 1)) / 2;
}

/** Before anything was learned: how many passages go by unread at a well-kept site. Counts as so many exits. */
const MISSED_PRIOR = 0.02;
const MISSED_WEIGHT = 100;
/** The usual lengths count as so many stays. */
const LENGTHS_WEIGHT = 40;
const DOUBTFUL_SHARE = 0.002;
/** Of the vehicles of a day, the share that comes again, and after how long. */
const RETURNING_SHARE = 0.5;
const RETURN_MS = 24 * 3_600_000;

/** Shoppers and visitors, those who work here, and those who leave the car for days; each log-normal in length. */
const usualStays: readonly { share: number; medianMs: number; spread: number }[] = [
  { share: 0.6, medianMs: 1.2 * 3_600_000, spread: 1.1 },
  { share: 0.3, medianMs: 8 * 3_600_000, spread: 0.5 },
  { share: 0.1, medianMs: 24 * 3_600_000, spread: 1.2 },
];

const usualShares = Float64Array.from({ length: BINS }, (_, bin) => {
  const upTo = (lengthMs: number): number => usualStays.reduce(
    (sum, { share, medianMs, spread }) => sum + share * normal(Math.log(lengthMs / medianMs) / spread), 0,
  );
  const until = bin === BINS - 1 ? 1 : upTo(binStart(bin + 1));
  return until - (bin === 0 ? 0 : upTo(binStart(bin)));
});

/** Distribution function of the normal distribution, to 1e-4 (logistic approximation of Bowling et al. 2009). */
function normal(z: number): number {
  return 1 / (1 + Math.exp(-(0.07056 * z ** 3 + 1.5976 * z)));
}
