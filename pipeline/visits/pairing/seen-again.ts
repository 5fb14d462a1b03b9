import type { Table } from '../../engine/state.ts';
import type { GarageSettings } from '../../records/records.ts';
import type { ConfusionsByCamera } from '../learned/known-confusions.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { comparePassages, firstRead, lastRead, type Passage } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import { SEEN_AGAIN_MS, standsThere } from '../stays/timeline.ts';
import { isKnownInRow } from './fleet-known.ts';
import { likenessOf } from './likeness.ts';

/**
 * A vehicle that was seen leaving is seen at an exit once more within minutes: mostly it stands there still, and is misread. Read right it
 * would be a double exit of its timeline; read wrong it looks like one whose entry was missed.
 */
export interface SeenAgain {
  /** The stay that its vehicle ended by the exit before. */
  readonly stay: Stay;
  /** Nats: how alike the two sights are. */
  readonly likeness: number;
  /** Logarithm of the rate (per ms) at which vehicles are seen again so. */
  readonly logRate: number;
}

/**
 * Of those whose exit, of their own plate and in nobody's doubt, was read shortly before the passage.
 * @param sought as what it may have been read before (`soughtOf`)
 */
export function seenAgainAs(
  passage: Passage, sought: PlateEvidence, stays: Table<Stay>, garage: GarageIndex, confusions: ConfusionsByCamera,
): SeenAgain[] {
  const { at } = firstRead(passage);
  const found: SeenAgain[] = [];
  for (const slot of garage.leftBetween(at - SEEN_AGAIN_MS, at, sought)) {
    const stay = stays.at(slot)!;
    const { entry, exit, why } = stay;
    if (entry === null || exit === null || why !== null || exit.decision !== null || exit.ruling !== null || comparePassages(exit, passage) >= 0) continue;
    // Fleets come and go together.
    if (isKnownInRow(passage, exit, stays, garage) === true) continue;
    const logRate = Math.log(rateOfSeeingAgain(passage, exit, garage.settings));
    found.push({ stay, likeness: likenessOf(passage, exit, stays, garage, confusions), logRate });
  }
  return found;
}

/** Per ms. Who stands at the exit is read again and again. */
function rateOfSeeingAgain(passage: Passage, exit: Passage, settings: GarageSettings): number {
  if (standsThere(exit, passage, settings)) return STANDING_SHARE / settings.passageGapMs;
  const sinceMs = firstRead(passage).at - lastRead(exit).at;
  return passage.direction === 'OUT' && sinceMs < SEEN_AGAIN_MS ? SEEN_AGAIN_SHARE / SEEN_AGAIN_MS : 0;
}

/** Of those that leave: who stands before a camera for so long that it is read anew, and who is seen at an exit once more. */
const STANDING_SHARE = 0.15;
const SEEN_AGAIN_SHARE = 0.004;
