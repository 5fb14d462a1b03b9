import type { CameraRead, Garage, Irregularity, Visit } from '../../records/records.ts';
import { openBaselines, type BaselineName } from './baselines.ts';
import { calibration, type Calibration } from './calibration.ts';
import { flagScores, type FlagScore } from './flag-scores.ts';
import { openLateReads } from './late-reads.ts';
import { watchOccupancy, type HoursFound, type OccupancyScore } from './occupancy.ts';
import { openPlateCorrections, type PlateScore } from './plate-corrections.ts';
import { score, type Score } from './score.ts';
import { openToldDirections } from './told-directions.ts';
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
  /** @param inside how many are likely inside the garage at an instant (ms UTC), by what is known before the read */
  read(read: CameraRead, inside: (at: number) => number): void;
  /** Somebody counted the vehicles of the garage. */
  recount(garageId: string, at: number): void;
}

export interface Comparing {
  /** To be there while the rules run. */
  readonly watch: Watch;
  /** In its stead, where the rules run elsewhere: sees each read, and is told afterwards what was found of the occupancy. */
  read(read: CameraRead): void;
  takeOccupancy(hours: HoursFound): void;
  /** @param visits all that were told, and all irregularities: newest revisions */
  compare(visits: readonly Visit[], irregularities: readonly Irregularity[]): Comparison;
}

export function openComparison(garages: readonly Garage[], truth: Truth): Comparing {
  const occupancy = watchOccupancy(garages);
  const baselines = openBaselines(garages);
  const lateReads = openLateReads(garages);
  const directions = openToldDirections(garages);
  const plates = openPlateCorrections(truth);
  const take = (read: CameraRead): void => {
    baselines.read(read);
    lateReads.read(read);
    directions.read(read);
    plates.read(read);
  };
  return {
    read: take,
    takeOccupancy: (hours) => occupancy.take(hours),
    watch: {
      read(read, inside) {
        occupancy.read(read, inside);
        take(read);
      },
      recount: (garageId, at) => occupancy.recount(garageId, at),
    },
    compare(visits, irregularities) {
      const ended = visits.filter(({ status }) => status !== 'open' && status !== 'withdrawn');
      const byId = new Map(visits.map((visit) => [visit.visitId, visit]));
      return {
        score: score(ended, truth),
        baselines: {
          exact: score(baselines.visits('exact'), truth), oneCharacter: score(baselines.visits('oneCharacter'), truth),
        },
        plates: plates.score(ended),
        calibration: calibration(ended, truth),
        flags: flagScores(irregularities, { truth, garages, lateReads, directions, visits: byId }),
        occupancy: occupancy.score(truth),
      };
    },
  };
}
