import type { PlateEvidence } from './evidence.ts';
import { LookAlikePattern } from './look-alike-distance.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Whether the evidence is of a twin of the plate: the same but for look-alike characters, or but for one more or less at an end,
 * or one among whose candidates it is.
 */
export function isTwin(plate: string, { plate: other, candidates }: PlateEvidence): boolean {
  pattern.length = writeClasses(plate, pattern.classes);
  if (pattern.isTwin(others, 0, writeClasses(other, others))) return true;
  return candidates.some((candidate) => {
    const length = writeClasses(candidate.plate, others);
    return length === pattern.length && pattern.isTwin(others, 0, length);
  });
}

const pattern = new LookAlikePattern();
const others = new Uint8Array(LONGEST_PLATE);
