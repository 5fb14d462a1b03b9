import { sameAtLane } from './matching/same-vehicle.ts';
import type { Passage, PassageRead } from './passages.ts';

/** The rear views of a passage that read quite another plate than the front views: a trailer's, or the next vehicle's. */
export function trailerReads({ reads }: Passage): readonly PassageRead[] {
  if (reads.length === 1 || !reads.some(({ isRear }) => isRear)) return noReads;
  const fronts = reads.filter(({ isRear, plate }) => !isRear && plate !== '');
  if (fronts.length === 0) return noReads;
  return reads.filter((rear) => rear.isRear && rear.plate !== '' &&
    fronts.every((front) => front.plate !== rear.plate && sameAtLane(front, rear, Math.abs(front.at - rear.at)) <= 0));
}

/** The first and the last read of the vehicle itself: by these a visit begins and ends. */
export function firstOwnRead(passage: Passage): PassageRead {
  const { reads } = passage;
  const trailers = trailerReads(passage);
  return trailers.length === 0 ? reads[0]! : reads.find((read) => !trailers.includes(read))!;
}

export function lastOwnRead(passage: Passage): PassageRead {
  const { reads } = passage;
  const trailers = trailerReads(passage);
  return trailers.length === 0 ? reads[reads.length - 1]! : reads.findLast((read) => !trailers.includes(read))!;
}

const noReads: readonly PassageRead[] = [];
