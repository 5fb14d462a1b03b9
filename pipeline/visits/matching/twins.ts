import type { PlateEvidence } from './evidence.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Whether the evidence is of a twin of the plate: the same but for look-alike characters, or but for one more or less at an end,
 * or one among whose candidates it is.
 */
export function isTwin(plate: string, { plate: other, candidates }: PlateEvidence): boolean {
  const length = writeClasses(plate, classes);
  const longer = length - writeClasses(other, others);
  const shorter = Math.min(length, length - longer);
  if (Math.abs(longer) <= 1 && (agree(0, 0, shorter) || agree(Math.max(0, longer), Math.max(0, -longer), shorter))) return true;
  return candidates.some((candidate) => writeClasses(candidate.plate, others) === length && agree(0, 0, length));
}

/** Whether so many characters of the plate from one place on are those of the other from another on. */
function agree(from: number, otherFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (classes[from + i] !== others[otherFrom + i]) return false;
  return true;
}

const classes = new Uint8Array(LONGEST_PLATE);
const others = new Uint8Array(LONGEST_PLATE);
