import type { Table } from '../../engine/state.ts';
import type { GarageIndex } from '../garage-index.ts';
import { firstRead, type Passage } from '../passages.ts';
import { plateOfStay } from '../stay-plate.ts';
import type { Stay } from '../state.ts';
import type { SeenInterval } from './camera-watch.ts';
import { beginOfInterval } from './intervals.ts';

/** A camera's level shows in a few hundred reads a day, and each stay that is looked at takes its time. */
const STAYS_OF_LANE = 6;

/**
 * Reads of vehicles that left in the interval, against the plate that their stay has by all its reads: of each camera that
 * saw the entry or the exit the first. Of busy lanes some stays, as good as drawn by lot.
 */
export function judgedReads(interval: number, garage: GarageIndex, stays: Table<Stay>): SeenInterval['judgedReads'] {
  const judged: { cameraId: string; isWrong: boolean }[] = [];
  for (const lane of garage.allLanes()) {
    if (lane.direction === 'IN') continue;
    const seen: { at: number; visitId: string }[] = [];
    lane.trace.between(beginOfInterval(interval), beginOfInterval(interval + 1), (at, visitId) => seen.push({ at, visitId }));
    // Of two at the same instant, the trace has first the one that came in first.
    seen.sort((one, other) => one.at - other.at || (one.visitId < other.visitId ? -1 : 1));
    const oneIn = Math.ceil(seen.length / STAYS_OF_LANE);
    for (const { at, visitId } of seen) {
      if (Math.floor(at / 1000) % oneIn !== 0) continue;
      const stay = stays.get(visitId)!;
      const { entry, exit, why } = stay;
      if (why !== null || entry === null || exit === null || firstRead(exit).at !== at || exit.laneId !== lane.laneId) continue;
      const { plate } = plateOfStay(stay);
      for (const passage of [entry, exit]) judgePassage(passage, plate, judged);
    }
  }
  return judged;
}

function judgePassage({ reads }: Passage, plate: string, judged: { cameraId: string; isWrong: boolean }[]): void {
  for (const [index, read] of reads.entries()) {
    const isFirst = reads.findIndex(({ cameraId }) => cameraId === read.cameraId) === index;
    if (isFirst) judged.push({ cameraId: read.cameraId, isWrong: read.plate !== plate });
  }
}
