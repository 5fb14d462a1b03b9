import type { Table } from '../../engine/state.ts';
import { evidenceModule } from '../matching/evidence-module.ts';
import { enteredApartMs, holdSought, NOT_HELD, sameAtLaneAsEntered } from '../matching/same-vehicle.ts';
import { MAY_BE_LINKED, NONE_IS_NEAR } from '../matching/shared-numbers.ts';
import { layDownRow } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import { isEnclosed, leastApart, STRADDLE_MS } from './linking.ts';
import type { PassageRead } from './passages.ts';

/**
 * Whether surely no read of a stay is linked to this one (`areLinked`): of most vehicles that were read near it, none is. Of a stay at rest
 * its bytes tell, in the module that compares readings, and nothing is decoded. Wherever they were made, reads are linked only if they are
 * as like as enclosed ones are, or of one plate, or of both ends of a vehicle: of these `areLinked` is asked.
 */
export function isSurelyApart(read: PassageRead, slot: number, stays: Table<Stay>, gapMs: number): boolean {
  if (!layDownRow(stays, slot) || !evidenceModule.beginReads()) return false;
  const held = holdSought(read);
  if (held === NOT_HELD) return false;
  const withinMs = Math.max(gapMs, STRADDLE_MS);
  for (;;) {
    const candidates = evidenceModule.nextNear(held, read.isRear, read.at, withinMs);
    if (candidates === NONE_IS_NEAR) return true;
    if (candidates === MAY_BE_LINKED || isEnclosed(sameAtLaneAsEntered(read, candidates, leastApart(enteredApartMs())))) return false;
  }
}
