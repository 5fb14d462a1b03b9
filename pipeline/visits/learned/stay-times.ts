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
  /** Of the paired ones, those whose vehicle came again, by the bin of how long: entry to entry, exit to exit, entry to exit. */
  readonly reentries: readonly number[];
  readonly reexits: readonly number[];
  readonly spans: readonly number[];
  /**
   * When the first of the paired ones began, and the last ended, ms UTC: longer ones than from then to then can't have been among them.
   * From 0 on: nobody knows since when, but long enough.
   */
  readonly since: number;
  readonly until: number;
}

export const nothingLearned: LearnedStays = {
  lengths: [], paired: 0, strays: 0, reentries: [], reexits: [], spans: [], since: Infinity, until: 0,
};

/** How a vehicle's next stay lies to this one, ms. */
export interface NextStay {
  readonly entryToEntryMs: number;
  /** Null while it lasts. */
  readonly exitToExitMs: number | null;
  readonly entryToExitMs: number | null;
}

/** A stay with both ends, ms UTC, that left not before it came. */
export interface EndedStay {
  readonly enteredAt: number;
  readonly leftAt: number;
}

/**
 * @param stay a closed one; null: an exit whose entry was missed
 * @param next the vehicle's next stay, if it is known already
 */
export function learnedFrom(before: LearnedStays, stay: EndedStay | null, next: NextStay | null): LearnedStays {
  if (stay === null) return { ...before, strays: before.strays + 1 };
  const { enteredAt, leftAt } = stay;
  const learned = {
    ...before, lengths: counted(before.lengths, BINS, binOf(leftAt - enteredAt)), paired: before.paired + 1,
    since: Math.min(before.since, enteredAt), until: Math.max(before.until, leftAt),
  };
  if (next === null) return learned;
  const { entryToEntryMs, exitToExitMs, entryToExitMs } = next;
  return {
    ...learned,
    reentries: counted(before.reentries, AGAIN_BINS, againBinOf(entryToEntryMs)),
    reexits: exitToExitMs === null ? before.reexits : counted(before.reexits, AGAIN_BINS, againBinOf(exitToExitMs)),
    spans: entryToExitMs === null ? before.spans : counted(before.spans, AGAIN_BINS, againBinOf(entryToExitMs)),
  };
}

function counted(before: readonly number[], bins: number, bin: number): readonly number[] {
  const counts = before.slice();
  while (counts.length < bins) counts.push(0);
  counts[bin]! += 1;
  return counts;
}

export class StayTimes {
  /** Share of passages that are not read, or not as what they are. */
  readonly missedShare: number;
  readonly meanMs: number;
  /** From this length on a stay may well be two: the exit of one and the entry of the next went by unread. */
  readonly doubtfulFromMs: number;
  /**
   * By bin: density per ms, and (from `LONGER` on) share of stays that last longer than its middle; then, per ms, how a vehicle comes again
   * after it came, leaves again after it left, leaves again after it came. In one array: each of its own would cost as much to make as to fill.
   */
  private readonly byBin = new Float64Array(ALL_BINS);

  constructor({ lengths, paired, strays, reentries, reexits, spans, since, until }: LearnedStays = nothingLearned) {
    this.missedShare = (strays + MISSED_PRIOR * MISSED_WEIGHT) / (paired + strays + MISSED_WEIGHT);
    const { byBin } = this;
    const shares = sharesOfLengths(lengths, paired, until - since);
    let left = 1;
    let meanMs = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const share = shares[bin]!;
      byBin[bin] = share / (binStart(bin + 1) - binStart(bin));
      byBin[LONGER + bin] = left - share / 2;
      left -= share;
      meanMs += share * binMiddle(bin);
    }
    this.meanMs = meanMs;
    againDensities(byBin, REENTRY, reentries, paired);
    againDensities(byBin, REEXIT, reexits, paired);
    againDensities(byBin, SPAN, spans, paired);
    let doubtfulFromMs = Infinity;
    for (let bin = BINS - 1; bin >= 0 && this.stitchedShare(binMiddle(bin)) > DOUBTFUL_SHARE; bin--) doubtfulFromMs = binStart(bin);
    this.doubtfulFromMs = doubtfulFromMs;
  }

  /** Rate per ms at which a vehicle that came in so long ago leaves. */
  rateOfLeaving(lengthMs: number): number {
    return this.byBin[binOf(lengthMs)]!;
  }

  /** Rate per ms at which a vehicle that came in so long ago comes in again, having left. */
  rateOfReturn(sinceEntryMs: number): number {
    return this.byBin[REENTRY + againBinOf(sinceEntryMs)]!;
  }

  /** Rate per ms at which a vehicle that came in so long ago leaves again, having left and come in once more. */
  rateOfLeavingAfterReturn(sinceEntryMs: number): number {
    return this.byBin[SPAN + againBinOf(sinceEntryMs)]!;
  }

  /** Of one that comes in so long after, but left unread. */
  rateOfReturnUnread(sinceEntryMs: number): number {
    return this.missedShare * this.rateOfReturn(sinceEntryMs);
  }

  /** Logarithm of the rate per ms at which a vehicle that left so long ago leaves again, having come in unread. */
  logRateOfLeavingAgain(sinceExitMs: number): number {
    return Math.log(this.missedShare * this.byBin[REEXIT + againBinOf(sinceExitMs)]!);
  }

  /** The same of one that came in so long ago, left unread and came in unread; comparable with `logRateOfLeaving`. */
  logRateOfLeavingUnseen(sinceEntryMs: number): number {
    return Math.log((this.missedShare ** 2 * this.byBin[SPAN + againBinOf(sinceEntryMs)]!) / this.notSeenLeaving(sinceEntryMs));
  }

  /**
   * How much likelier than another vehicle one leaves after so long, as a logarithm (nats) of its rate per ms. One that
   * should have left long ago has probably left unread.
   */
  logRateOfLeaving(lengthMs: number): number {
    return Math.log(this.byBin[binOf(lengthMs)]! / this.notSeenLeaving(lengthMs));
  }

  /** Share of vehicles that so long after they came in have not left, or have left unread. */
  private notSeenLeaving(lengthMs: number): number {
    const longer = Math.max(this.byBin[LONGER + binOf(lengthMs)]!, 1e-6);
    return longer + this.missedShare * (1 - longer);
  }

  /**
   * How likely a vehicle that came in so long ago, and was not seen leaving, is still inside: others left unread.
   * @param seenMs so long after it came in a person saw it inside
   */
  stillInsideShare(ageMs: number, seenMs = 0): number {
    if (seenMs >= ageMs) return 1;
    const longer = this.longerThan(ageMs) / (seenMs === 0 ? 1 : this.longerThan(seenMs));
    return longer / (longer + this.missedShare * (1 - longer));
  }

  /** Of all bins' stays, those longer than that one's middle; above 0. */
  private longerThan(lengthMs: number): number {
    return Math.max(this.byBin[LONGER + binOf(lengthMs)]!, 1e-6);
  }

  /** Share of stays that last longer than so long; above 0. */
  longerShare(lengthMs: number): number {
    const bin = binOf(lengthMs);
    const middle = binMiddle(bin);
    return Math.max(this.byBin[LONGER + bin]! + this.byBin[bin]! * (middle - Math.min(lengthMs, binStart(bin + 1))), 1e-6);
  }

  /** Of those inside at some instant, whenever they came in: the share that is still inside so long after. */
  stayingShare(sinceMs: number): number {
    let staying = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const width = binStart(bin + 1) - binStart(bin);
      staying += this.byBin[bin]! * width * Math.max(0, binMiddle(bin) - sinceMs);
    }
    return staying / this.meanMs;
  }

  /**
   * How likely a stay of this length, read right at both ends, is two: a missed exit, and later a missed entry of the
   * same vehicle. No plate tells them apart; only that few stay so long, and that many come again next day.
   */
  stitchedShare(lengthMs: number): number {
    const stitched = this.missedShare ** 2 * this.byBin[SPAN + againBinOf(lengthMs)]!;
    return stitched / (stitched + this.byBin[binOf(lengthMs)]!);
  }
}

const BINS = 48;
const PER_OCTAVE = 3;
const SHORTEST_MS = 30_000;

function binOf(lengthMs: number): number {
  if (lengthMs <= SHORTEST_MS) return 0;
  return Math.min(BINS - 1, Math.floor(PER_OCTAVE * Math.log2(lengthMs / SHORTEST_MS)));
}

/** Shortest length in each bin, ms, and in the one after the last; the first begins at 0. Asked for at each stay that is learned. */
const binStarts = Float64Array.from({ length: BINS + 1 }, (_, bin) => (bin === 0 ? 0 : SHORTEST_MS * 2 ** (bin / PER_OCTAVE)));

function binStart(bin: number): number {
  return binStarts[bin]!;
}

const binMiddles = Float64Array.from({ length: BINS }, (_, bin) => (binStart(bin) + binStart(bin + 1)) / 2);

function binMiddle(bin: number): number {
  return binMiddles[bin]!;
}

/**
 * Share of stays in each bin. In its first days a garage can have seen no long stay end, however many there are: of one so long only
 * those count that began early enough. That longer ones are as many as is usual, or so much more or less so, those tell that are
 * nearly as long as it can have seen.
 *
 * @param knownMs from the beginning of the first stay that was learned to the end of the last
 * @returns one for all: holds until the next is asked for
 */
function sharesOfLengths(lengths: readonly number[], paired: number, knownMs: number): Readonly<Float64Array> {
  if (paired === 0) return usualShares;
  shares.set(usualShares);
  for (let bin = 0; bin < BINS; bin++) seen[bin] = Math.min(1, Math.max(0, 1 - binMiddle(bin) / knownMs));
  // How many stays there were, those of which the end was not seen too, follows from the shares and they from it: some steps will do.
  for (let step = 0; step < STEPS_TO_SHARES; step++) {
    let seenShare = 0;
    for (let bin = 0; bin < BINS; bin++) seenShare += shares[bin]! * seen[bin]!;
    const began = paired / seenShare;
    let long = LONG_WEIGHT;
    let usuallyLong = LONG_WEIGHT;
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const usual = usualShares[bin]!;
      const count = lengths[bin] ?? 0;
      const known = began * seen[bin]!;
      if (known > 0 && binMiddle(bin) > knownMs / 2) {
        long += count;
        usuallyLong += usual * known;
      }
      shares[bin] = known > 0 ? (usual * LENGTHS_WEIGHT + count) / (LENGTHS_WEIGHT + known) : usual * (long / usuallyLong);
      sum += shares[bin]!;
    }
    for (let bin = 0; bin < BINS; bin++) shares[bin]! /= sum;
  }
  return shares;
}

/** Of one garage at a time; and by bin: of how many stays so long the end can have been seen. */
const shares = new Float64Array(BINS);
const seen = new Float64Array(BINS);
/** As many of the longest that can be known are expected whatever is usual. */
const LONG_WEIGHT = 2;
const STEPS_TO_SHARES = 4;

/** Before anything was learned: how many passages go by unread at a well-kept site. Counts as so many exits. */
const MISSED_PRIOR = 0.02;
const MISSED_WEIGHT = 100;
/** The usual lengths count as so many stays. */
const LENGTHS_WEIGHT = 40;
const DOUBTFUL_SHARE = 0.002;
/** Of the vehicles of a day, the share that comes again, and after how long. */
const RETURNING_SHARE = 0.5;
const RETURN_MS = 24 * 3_600_000;
/** What is usual counts as so many stays. */
const AGAIN_WEIGHT = 100;

/** Two bins an octave. */
const AGAIN_BINS = 26;
const AGAIN_AN_OCTAVE = 2;
const AGAIN_SHORTEST_MS = 5 * 60_000;
/** Of longer gaps a garage learns nothing: the earlier stay has left the state. */
const AGAIN_LEARNED_MS = 40 * 3_600_000;

const LONGER = BINS;
const REENTRY = LONGER + BINS;
const REEXIT = REENTRY + AGAIN_BINS;
const SPAN = REEXIT + AGAIN_BINS;
const ALL_BINS = SPAN + AGAIN_BINS;

function againBinOf(gapMs: number): number {
  if (gapMs <= AGAIN_SHORTEST_MS) return 0;
  return Math.min(AGAIN_BINS - 1, Math.floor(AGAIN_AN_OCTAVE * Math.log2(gapMs / AGAIN_SHORTEST_MS)));
}

const againStarts =
  Float64Array.from({ length: AGAIN_BINS + 1 }, (_, bin) => (bin === 0 ? 0 : AGAIN_SHORTEST_MS * 2 ** (bin / AGAIN_AN_OCTAVE)));

function againStart(bin: number): number {
  return againStarts[bin]!;
}

/** Per ms, by bin, from a place on; of gaps longer than what is learned by how much more, or less, vehicles come again here than usual. */
function againDensities(into: Float64Array, from: number, counts: readonly number[], paired: number): void {
  const weight = AGAIN_WEIGHT + paired;
  let [usually, here] = [0, 0];
  for (let bin = 0; bin < AGAIN_BINS; bin++) {
    const usual = usualAgain[bin]!;
    if (againStart(bin) >= AGAIN_LEARNED_MS) {
      into[from + bin] = usual * (here / usually);
      continue;
    }
    const width = againStart(bin + 1) - againStart(bin);
    const density = (usual * AGAIN_WEIGHT + (counts[bin] ?? 0) / width) / weight;
    into[from + bin] = density;
    usually += usual * width;
    here += density * width;
  }
}

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

/** Per ms: half of the vehicles come again any day, once they have left; nobody within minutes. */
const usualAgain = Float64Array.from({ length: AGAIN_BINS }, (_, bin) => {
  if (bin === 0) return 0;
  const middle = (againStart(bin) + againStart(bin + 1)) / 2;
  const left = usualStays.reduce(
    (sum, { share, medianMs, spread }) => sum + share * normal(Math.log(middle / medianMs) / spread), 0,
  );
  return (left * RETURNING_SHARE) / RETURN_MS;
});
