import { confusedBy, endRead, mayBe, putRight } from '../learned/camera-confusions.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { sameVehicle } from '../matching/same-vehicle.ts';
import type { Passage } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';

/** How alike the plates of two passages are, nats (`sameVehicle`), by what the cameras that read them are known to confuse. */
export function likenessOf(one: Passage, other: Passage, garage: GarageIndex): number {
  const asRead = sameVehicle(one.evidence, other.evidence);
  if (garage.confusions.size === 0) return asRead;
  const oneRight = rightedBy(one, other, garage);
  const otherRight = rightedBy(other, one, garage);
  return Math.max(
    asRead,
    oneRight === null ? -Infinity : sameVehicle(oneRight.evidence, other.evidence) + oneRight.nats,
    otherRight === null ? -Infinity : sameVehicle(one.evidence, otherRight.evidence) + otherRight.nats,
    oneRight === null || otherRight === null ? -Infinity
      : sameVehicle(oneRight.evidence, otherRight.evidence) + oneRight.nats + otherRight.nats,
  );
}

function rightedBy(passage: Passage, other: Passage, { confusions }: GarageIndex) {
  const known = confusions.get(endRead(passage)?.cameraId ?? '');
  return known === undefined ? null : putRight(passage.evidence, other.evidence.plate, known);
}

/** As what the vehicle that left may have come in, to search for it: by what its camera confuses, and by what others do. */
export function soughtOf(exit: Passage, { confusions }: GarageIndex): PlateEvidence {
  const { evidence } = exit;
  if (confusions.size === 0) return evidence;
  const own = endRead(exit)?.cameraId;
  const others: string[] = [];
  confusions.forEach((known, cameraId) => {
    if (cameraId === own) others.push(...mayBe(evidence.plate, known));
    else others.push(confusedBy(known, evidence.plate));
  });
  const candidates = [...new Set(others)].filter((plate) => plate !== evidence.plate).map((plate) => ({ plate, confidence: 0 }));
  return candidates.length === 0 ? evidence : { ...evidence, candidates: [...evidence.candidates, ...candidates] };
}
