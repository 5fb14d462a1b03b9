import { sameAtLane } from '../matching/same-vehicle.ts';
import type { Passage, PassageRead } from './passages.ts';

/** The rear views of a passage that read quite another plate than the front views: a trailer's, or the next vehicle's. */
export function trailerReads({ reads }: Passage): readonly PassageRead[] {
  if (!mayTow(reads)) return noReads;
  const fronts = reads.filter(({ isRear, plate }) => !isRear && plate !== '');
  if (fronts.length === 0) return noReads;
  return reads.filter((rear) => rear.isRear && rear.plate !== '' &&
    fronts.every((front) => front.plate !== rear.plate && sameAtLane(front, rear, Math.abs(front.at - rear.at)) <= 0));
}

/** False: it was not seen from behind, or read the same by all. Asked several times of each passage, and mostly so. */
function mayTow(reads: readonly PassageRead[]): boolean {
  const { plate } = reads[0]!;
  let isSeenFromBehind = false;
  let isReadOtherwise = false;
  for (let i = 0; i < reads.length; i++) {
    if (reads[i]!.isRear) isSeenFromBehind = true;
    if (reads[i]!.plate !== plate) isReadOtherwise = true;
  }
  return isSeenFromBehind && isReadOtherwise;
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
