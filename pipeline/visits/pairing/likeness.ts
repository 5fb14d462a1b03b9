import type { Table } from '../../engine/state.ts';
import { confusedBy, endRead, mayBe, putRight } from '../learned/camera-confusions.ts';
import type { ConfusionsByCamera } from '../learned/known-confusions.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { sameVehicle, sameVehicleBy } from '../matching/same-vehicle.ts';
import type { Passage } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import { isKnownInRow } from './fleet-known.ts';

/**
 * How alike the plates of two passages are, nats (`sameVehicle`), by what the cameras that read them are known to confuse, and by whether a
 * fleet is known here that has plates in a row like these two.
 *
 * @param confusions what the garage's cameras are known to confuse, as it counts for the exit that is decided on
 */
export function likenessOf(
  one: Passage, other: Passage, stays: Table<Stay>, garage: GarageIndex, confusions: ConfusionsByCamera,
): number {
  const alike = likenessBy(one, other, stays, garage);
  const asRead = alike(one.evidence, other.evidence);
  if (confusions.size === 0) return asRead;
  const oneRight = rightedBy(one, other, confusions);
  const otherRight = rightedBy(other, one, confusions);
  if (oneRight === null && otherRight === null) return asRead;
  return Math.max(
    asRead,
    oneRight === null ? -Infinity : alike(oneRight.evidence, other.evidence) + oneRight.nats,
    otherRight === null ? -Infinity : alike(one.evidence, otherRight.evidence) + otherRight.nats,
    oneRight === null || otherRight === null ? -Infinity
      : alike(oneRight.evidence, otherRight.evidence) + oneRight.nats + otherRight.nats,
  );
}

type Likeness = (a: PlateEvidence, b: PlateEvidence) => number;

function likenessBy(one: Passage, other: Passage, stays: Table<Stay>, garage: GarageIndex): Likeness {
  const isKnown = isKnownInRow(one, other, stays, garage);
  return isKnown === null ? sameVehicle : (a, b) => sameVehicleBy(isKnown, a, b);
}

function rightedBy(passage: Passage, other: Passage, confusions: ConfusionsByCamera) {
  const known = confusions.get(endRead(passage)?.cameraId ?? '');
  return known === undefined ? null : putRight(passage.evidence, other.evidence.plate, known);
}

/** As what the vehicle that left may have come in, to search for it: by what its camera confuses, and by what others do. */
export function soughtOf(exit: Passage, confusions: ConfusionsByCamera): PlateEvidence {
  const { evidence } = exit;
  if (confusions.size === 0) return evidence;
  const own = endRead(exit)?.cameraId;
  const others: string[] = [];
  confusions.forEach((known, cameraId) => {
    if (cameraId === own) others.push(...mayBe(evidence.plate, known));
    else if (known.some(({ from }) => evidence.plate.includes(from))) others.push(confusedBy(known, evidence.plate));
  });
  if (others.length === 0) return evidence;
  const candidates = [...new Set(others)].filter((plate) => plate !== evidence.plate).map((plate) => ({ plate, confidence: 0 }));
  return candidates.length === 0 ? evidence : { ...evidence, candidates: [...evidence.candidates, ...candidates] };
}
