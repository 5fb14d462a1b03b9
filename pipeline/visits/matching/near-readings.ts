import { evidenceModule, memoryBytes } from './evidence-module.ts';
import type { PlateEvidence } from './evidence.ts';
import { holdSought, NOT_HELD } from './same-vehicle.ts';
import { MOST_CANDIDATES } from './shared-numbers.ts';
import { classOfSymbol } from './symbols.ts';

memoryBytes.set(classOfSymbol, evidenceModule.classesAt());

/**
 * Whether surely no plate of an entry, as it stands in a row of its stay laid down at `rowRoom`, is near any of a reading's (`areNear`):
 * mostly so of who left within minutes, and quickly seen, with nothing made of the row.
 */
export function isEnteredFar(sought: PlateEvidence): boolean {
  if (evidenceModule.readEntered() < 0 || sought.candidates.length > MOST_CANDIDATES) return false;
  const held = holdSought(sought);
  return held !== NOT_HELD && evidenceModule.mayBeNear(held) === 0;
}
