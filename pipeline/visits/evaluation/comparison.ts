import type { CameraRead, Garage, Irregularity, Visit } from '../../records/records.ts';
import { openBaseline, type BaselineName } from './baselines.ts';
import { calibration, type Calibration } from './calibration.ts';
import { flagScores, type FlagScore } from './flag-scores.ts';
import { openLateReads } from './late-reads.ts';
import { watchOccupancy, type OccupancyScore } from './occupancy.ts';
import { openPlateCorrections, type PlateScore } from './plate-corrections.ts';
import { score, type Score } from './score.ts';
import type { Truth } from './truth.ts';

/** How what the rules tell compares with the truth. */
export interface Comparison {
  readonly score: Score;
  readonly baselines: Readonly<Record<BaselineName, Score>>;
  readonly plates: PlateScore;
  readonly calibration: Calibration;
  readonly flags: readonly FlagScore[];
  readonly occupancy: OccupancyScore | null;
}

/** Sees what goes into the rules and what comes out, one after the other. */
export interface Watch {
  read(read: CameraRead): void;
  visit(visit: Visit): void;
}

export interface ComparingWatch extends Watch {
  /** @param visits all that were told, and all irregularities: newest revisions */
  compare(visits: readonly Visit[], irregularities: readonly Irregularity[]): Comparison;
}

/** Watches the rules at work on a file of reads, and then compares. */
export function openComparison(garages: readonly Garage[], truth: Truth): ComparingWatch {
  const exact = openBaseline('exact', garages);
  const oneCharacter = openBaseline('oneCharacter', garages);
  const lateReads = openLateReads(garages);
  const plates = openPlateCorrections(truth);
  const occupancy = watchOccupancy(garages);
  return {
    read(read) {
      exact.read(read);
      oneCharacter.read(read);
      lateReads.read(read);
      plates.read(read);
      occupancy.read(read);
    },
    visit: occupancy.visit,
    compare(visits, irregularities) {
      const ended = visits.filter(({ status }) => status !== 'open' && status !== 'withdrawn');
      const byId = new Map(visits.map((visit) => [visit.visitId, visit]));
      return {
        score: score(ended, truth),
        baselines: { exact: score(exact.visits(), truth), oneCharacter: score(oneCharacter.visits(), truth) },
        plates: plates.score(ended),
        calibration: calibration(ended, truth),
        flags: flagScores(irregularities, { truth, garages, lateReads, visits: byId }),
        occupancy: occupancy.score(truth),
      };
    },
  };
}
