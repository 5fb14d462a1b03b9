import type { Table } from '../../engine/state.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { LaneIndex } from '../state/garage-lanes.ts';
import { firstRead, type Passage } from '../passages/passages.ts';
import { plateOfStay } from '../stays/stay-plate.ts';
import type { Stay } from '../state/stay.ts';
import { beginOfInterval, intervalOf } from './intervals.ts';
import type { JudgedRead } from './judged-cameras.ts';

/** A camera's level shows in a few hundred reads a day, and each stay that is looked at takes its time. */
const STAYS_OF_LANE = 6;

interface SeenAtLane {
  readonly at: number;
  readonly slot: number;
}

/**
 * Reads of vehicles that left, by the interval in which they did, against the plate that their stay has by all its reads: of
 * each camera that saw the entry or the exit the first. Of busy lanes some stays, as good as drawn by lot.
 * @param until the first interval that is not looked at
 */
export function judgedReads(
  from: number, until: number, garage: GarageIndex, stays: Table<Stay>,
): ReadonlyMap<number, readonly JudgedRead[]> {
  let judged = noneJudged;
  for (const lane of garage.lanes.all()) {
    if (lane.direction === 'IN') continue;
    let seen: SeenAtLane[] = [];
    const judgeSeen = (): void => {
      const reads = readsOfSeen(seen, lane, stays);
      if (reads.length === 0) return;
      if (judged === noneJudged) judged = new Map<number, JudgedRead[]>();
      const interval = intervalOf(seen[0]!.at);
      judged.set(interval, [...judged.get(interval) ?? [], ...reads]);
    };
    lane.trace.between(beginOfInterval(from), beginOfInterval(until), (at, slot) => {
      if (seen.length > 0 && intervalOf(at) !== intervalOf(seen[0]!.at)) {
        judgeSeen();
        seen = [];
      }
      seen.push({ at, slot });
    });
    judgeSeen();
  }
  return judged;
}

const noneJudged = new Map<number, JudgedRead[]>();

/** @param seen at the lane in one interval */
function readsOfSeen(seen: SeenAtLane[], lane: LaneIndex, stays: Table<Stay>): JudgedRead[] {
  const reads: JudgedRead[] = [];
  // Of two at the same instant, the trace has first the one that came in first.
  seen.sort((one, other) => one.at - other.at || (stays.keyAt(one.slot) < stays.keyAt(other.slot) ? -1 : 1));
  const oneIn = Math.ceil(seen.length / STAYS_OF_LANE);
  for (const { at, slot } of seen) {
    if (Math.floor(at / 1000) % oneIn !== 0) continue;
    const stay = stays.at(slot)!;
    const { entry, exit, why } = stay;
    if (why !== null || entry === null || exit === null || firstRead(exit).at !== at || exit.laneId !== lane.laneId) continue;
    const { plate } = plateOfStay(stay);
    for (const passage of [entry, exit]) judgePassage(passage, plate, reads);
  }
  return reads;
}

function judgePassage({ reads }: Passage, plate: string, judged: JudgedRead[]): void {
  for (const [index, read] of reads.entries()) {
    const isFirst = reads.findIndex(({ cameraId }) => cameraId === read.cameraId) === index;
    if (isFirst) judged.push({ cameraId: read.cameraId, isWrong: read.plate !== plate });
  }
}
