import type { Table } from '../../engine/state.ts';
import { shippedChannel } from '../matching/channel.ts';
import { evidenceModule, memoryNumbers, NUMBER_BYTES, useMemory } from '../matching/evidence-module.ts';
import { shippedReliability } from '../matching/reliability.ts';
import { holdSought, NOT_HELD, relatedUpTo } from '../matching/same-vehicle.ts';
import { RIGHT_STEPS, UNLIKE_STEP_MS, UNLIKE_STEPS } from '../matching/shared-numbers.ts';
import { layDownRow } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import { ENCLOSED, leastApart, STRADDLE_MS } from './linking.ts';
import type { PassageRead } from './passages.ts';

/**
 * Whether surely no read of a stay is linked to this one (`areLinked`): of most vehicles that were read near it, none is. Of a stay at rest
 * its bytes tell, by one call of the module that compares readings, and nothing is decoded. Wherever they were made, reads are linked only
 * if they are as like as enclosed ones are, or of one plate, or of both ends of a vehicle: of these `areLinked` is asked, and of those that
 * are nearly so.
 */
export function isSurelyApart(read: PassageRead, slot: number, stays: Table<Stay>, gapMs: number): boolean {
  if (!layDownRow(stays, slot)) return false;
  const held = holdSought(read);
  const { truthAmongCandidates } = shippedReliability;
  return held !== NOT_HELD &&
    evidenceModule.isApart(shippedChannel.at, held, read.isRear, read.at, Math.max(gapMs, STRADDLE_MS), truthAmongCandidates) !== 0;
}

/** What the module goes by: the further apart two reads are, the liker they must be to be of one vehicle. */
function layDown(): void {
  useMemory();
  const rights = evidenceModule.rightsAt() / NUMBER_BYTES;
  for (let step = 0; step <= RIGHT_STEPS; step++) {
    memoryNumbers[rights + step] = shippedReliability.right(step / RIGHT_STEPS, false);
    memoryNumbers[rights + RIGHT_STEPS + 1 + step] = shippedReliability.right(step / RIGHT_STEPS, true);
  }
  const unlike = evidenceModule.unlikeAt() / NUMBER_BYTES;
  for (let step = 0; step < UNLIKE_STEPS; step++) memoryNumbers[unlike + step] = relatedUpTo(ENCLOSED, leastApart(UNLIKE_STEP_MS * step));
}

layDown();
