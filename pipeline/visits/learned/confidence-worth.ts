import type { ReliabilityRow } from '../matching/confusions.ts';
import { atSteps, curveOf, shippedReliability, valueAt } from '../matching/reliability.ts';
import { inThousandths, type Passage } from '../passages/passages.ts';
import { BEFORE_ALL, keptEarlier, type UpToInterval, type WithEarlier } from './up-to-interval.ts';

/**
 * What a garage's cameras mean by a confidence: makes have scales of their own, and some give the same to all that they read. Counted of
 * pairs that have left the state, whose plate is known by then. Until there is enough, confidences are taken for what they mostly are.
 */
export interface LearnedConfidences extends WithEarlier<StepsLearned> {
  readonly garageId: string;
}

interface StepsLearned extends UpToInterval {
  /** By step of confidence: reads without candidates and with them, each those that were right and those that were not. */
  readonly steps: readonly ReliabilityStep[];
}

export type ReliabilityStep = Omit<ReliabilityRow, 'upTo'>;

const CONFIDENCE_STEPS = 20;

const nothingCounted: ReliabilityStep = { right: 0, wrong: 0, rightWithCandidates: 0, wrongWithCandidates: 0 };

export function nothingLearnedOfConfidences(garageId: string): LearnedConfidences {
  return { garageId, interval: BEFORE_ALL, steps: new Array<ReliabilityStep>(CONFIDENCE_STEPS).fill(nothingCounted), earlier: [] };
}

/** A read of a vehicle of which it is known by now whether it was right. */
export interface JudgedRead {
  /** The confidence that the camera gave. */
  readonly said: number;
  readonly isRear: boolean;
  readonly isRight: boolean;
  readonly hasCandidates: boolean;
}

/** @param plate the vehicle's, by all that was read of it */
export function judgedReads({ reads }: Passage, plate: string): JudgedRead[] {
  return reads.map((read) => (
    { said: read.said, isRear: read.isRear, isRight: read.plate === plate, hasCandidates: read.candidates.length > 0 }
  ));
}

/**
 * @param passages the reads of each
 * @param interval in which their stay left the state: never before that of one that taught already
 */
export function confidencesLearned(
  before: LearnedConfidences, passages: readonly (readonly JudgedRead[])[], interval: number,
): LearnedConfidences {
  const steps = before.steps.slice();
  for (const reads of passages) {
    let counted = 0;
    for (const { said, isRear, isRight, hasCandidates } of reads) {
      // A vehicle that stood before the camera for long says no more than others.
      if (isRear || counted++ >= MOST_READS) continue;
      const at = stepOf(said);
      const { right, wrong, rightWithCandidates, wrongWithCandidates } = steps[at]!;
      const [isOneRight, isOneWrong] = isRight ? [1, 0] : [0, 1];
      steps[at] = hasCandidates
        ? { right, wrong, rightWithCandidates: rightWithCandidates + isOneRight, wrongWithCandidates: wrongWithCandidates + isOneWrong }
        : { right: right + isOneRight, wrong: wrong + isOneWrong, rightWithCandidates, wrongWithCandidates };
    }
  }
  return {
    garageId: before.garageId, interval, steps: readsOf(steps) < MOST_COUNTED ? steps : steps.map(halved),
    earlier: keptEarlier(before, interval, { interval: before.interval, steps: before.steps }),
  };
}

const MOST_READS = 3;
/** Cameras are replaced: what is long ago counts half as much. */
const MOST_COUNTED = 20_000;

function halved({ right, wrong, rightWithCandidates, wrongWithCandidates }: ReliabilityStep): ReliabilityStep {
  return {
    right: right >> 1, wrong: wrong >> 1, rightWithCandidates: rightWithCandidates >> 1, wrongWithCandidates: wrongWithCandidates >> 1,
  };
}

function stepOf(confidence: number): number {
  return Math.min(CONFIDENCE_STEPS - 1, Math.floor(confidence * CONFIDENCE_STEPS + ROUNDING));
}

/** 0.15 * 20 is a little less than 3. */
const ROUNDING = 1e-9;

function readsOf(steps: readonly ReliabilityStep[]): number {
  return steps.reduce((sum, step) => sum + step.right + step.wrong + step.rightWithCandidates + step.wrongWithCandidates, 0);
}

/** A garage's confidences on the scale that matching knows. */
export class ConfidenceWorth {
  private readonly without: Float64Array;
  private readonly withThem: Float64Array;
  /** So much is counted that a part of what comes is enough. */
  readonly isWellKnown: boolean;
  /** Confidences are worth about what they are elsewhere, and count as they were given. */
  private readonly isAsElsewhere: boolean;

  constructor(steps: readonly ReliabilityStep[]) {
    this.isWellKnown = readsOf(steps) >= WELL_KNOWN;
    for (let i = 0; i < CONFIDENCE_STEPS; i++) {
      const { right, wrong } = steps[i]!;
      rights[i] = right;
      wrongs[i] = MISREADS * wrong;
    }
    this.without = curveOf(upTo, rights, wrongs, assumed, ASSUMED_READS);
    for (let i = 0; i < CONFIDENCE_STEPS; i++) {
      const { rightWithCandidates, wrongWithCandidates } = steps[i]!;
      rights[i] = rightWithCandidates;
      wrongs[i] = MISREADS * wrongWithCandidates;
    }
    this.withThem = curveOf(upTo, rights, wrongs, assumedWithCandidates, ASSUMED_READS);
    this.isAsElsewhere = this.meanDifference(steps) < LEAST_DIFFERENCE;
  }

  /** The confidence that is mostly worth what this one is here, in thousandths. */
  of(confidence: number, hasCandidates: boolean): number {
    if (this.isAsElsewhere) return confidence;
    const right = valueAt(hasCandidates ? this.withThem : this.without, confidence);
    return inThousandths(shippedReliability.confidenceWorth(right, hasCandidates));
  }

  /** By how much a read is likelier right, or less likely, than its confidence says elsewhere. */
  private meanDifference(steps: readonly ReliabilityStep[]): number {
    let sum = 0;
    for (let i = 0; i < CONFIDENCE_STEPS; i++) {
      const { right, wrong, rightWithCandidates, wrongWithCandidates } = steps[i]!;
      const confidence = (i + 0.5) / CONFIDENCE_STEPS;
      sum += (right + wrong) * Math.abs(valueAt(this.without, confidence) - shippedReliability.right(confidence, false)) +
        (rightWithCandidates + wrongWithCandidates) * Math.abs(valueAt(this.withThem, confidence) - shippedReliability.right(confidence, true));
    }
    return sum / Math.max(1, readsOf(steps));
  }
}

const upTo: readonly number[] = Array.from({ length: CONFIDENCE_STEPS }, (_, i) => (i + 1) / CONFIDENCE_STEPS);
const assumed = atSteps((confidence) => shippedReliability.right(confidence, false));
const assumedWithCandidates = atSteps((confidence) => shippedReliability.right(confidence, true));
/** Of one garage at a time. */
const rights = new Array<number>(CONFIDENCE_STEPS).fill(0);
const wrongs = new Array<number>(CONFIDENCE_STEPS).fill(0);

/** Counted are misreads that were paired all the same: the worst are not, and of those alike at both ends nobody knows. */
const MISREADS = 2;
/** What is known of confidences elsewhere, worth so many reads a step. */
const ASSUMED_READS = 8;

/** Null: too little is known to say. */
export function confidenceWorthOf(steps: readonly ReliabilityStep[]): ConfidenceWorth | null {
  return readsOf(steps) < LEAST_COUNTED ? null : new ConfidenceWorth(steps);
}

const LEAST_COUNTED = 150;
const LEAST_DIFFERENCE = 0.05;
const WELL_KNOWN = 1500;
