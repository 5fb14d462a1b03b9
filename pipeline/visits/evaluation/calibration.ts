import type { Visit } from '../../records/records.ts';
import { compare } from './score.ts';
import type { Truth } from './truth.ts';

/** How far `matchConfidence` can be taken at its word, over all visits with an entry and an exit, in review too. */
export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /**
   * Largest difference of said and right, in points (0.01), among bins with visits enough to tell: those whose standard
   * error is at most half a point.
   */
  readonly largestErrorPoints: number;
  /** Mean difference, each bin weighted by its visits. */
  readonly meanErrorPoints: number;
  /** Chance that a right pair is said to be surer than a wrong one; null when there are none of a kind. */
  readonly auc: number | null;
}

export interface CalibrationBin {
  /** Inclusive, the upper one exclusive except 1. */
  readonly from: number;
  readonly to: number;
  readonly visits: number;
  /** Mean confidence said, and share that is right. */
  readonly said: number;
  readonly right: number;
  /** Standard error of `right`, in points: differences below it mean nothing. */
  readonly errorOfRightPoints: number;
}

type ConfidentVisit = Pick<Visit, 'garageId' | 'entryReadId' | 'exitReadId' | 'matchConfidence'>;

export function calibration(visits: Iterable<ConfidentVisit>, truth: Truth): Calibration {
  const said: { confidence: number; isRight: boolean }[] = [];
  for (const { garageId, entryReadId, exitReadId, matchConfidence } of visits) {
    if (entryReadId === null || exitReadId === null) continue;
    const pair = compare(truth.ownerOf(garageId, entryReadId), truth.ownerOf(garageId, exitReadId));
    said.push({ confidence: matchConfidence, isRight: pair === 'right' });
  }
  said.sort((one, other) => one.confidence - other.confidence);
  const bins = EDGES.slice(1).flatMap((to, index) => {
    const from = EDGES[index]!;
    const inBin = said.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    return inBin.length === 0 ? [] : [binOf(from, to, inBin)];
  });
  const points = ({ said: confidence, right }: CalibrationBin): number => 100 * Math.abs(confidence - right);
  const telling = bins.filter((bin) => bin.errorOfRightPoints <= 0.5);
  return {
    bins,
    largestErrorPoints: telling.reduce((largest, bin) => Math.max(largest, points(bin)), 0),
    meanErrorPoints: bins.reduce((sum, bin) => sum + points(bin) * bin.visits, 0) / Math.max(1, said.length),
    auc: auc(said),
  };
}

/** Narrow where most visits are. */
const EDGES = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1] as const;

function binOf(from: number, to: number, visits: readonly { confidence: number; isRight: boolean }[]): CalibrationBin {
  const right = visits.filter(({ isRight }) => isRight).length;
  // One right and one wrong more: a few visits that are all right do not prove that all would be.
  const cautious = (right + 1) / (visits.length + 2);
  return {
    from, to, visits: visits.length, right: right / visits.length,
    said: visits.reduce((sum, { confidence }) => sum + confidence, 0) / visits.length,
    errorOfRightPoints: 100 * Math.sqrt((cautious * (1 - cautious)) / visits.length),
  };
}

/** Of all pairs of a right and a wrong one, the share where the right one is surer; equally sure counts half. */
function auc(sorted: readonly { confidence: number; isRight: boolean }[]): number | null {
  let wrongBelow = 0;
  let right = 0;
  let surer = 0;
  for (let at = 0; at < sorted.length; ) {
    const { confidence } = sorted[at]!;
    let rightHere = 0;
    let wrongHere = 0;
    for (; at < sorted.length && sorted[at]!.confidence === confidence; at++) sorted[at]!.isRight ? rightHere++ : wrongHere++;
    surer += rightHere * (wrongBelow + wrongHere / 2);
    right += rightHere;
    wrongBelow += wrongHere;
  }
  return right === 0 || wrongBelow === 0 ? null : surer / (right * wrongBelow);
}
