import { FIRST_HASH, hashOfText, hashWith, mixedHash } from '../../engine/hashes.ts';

/** Hashes by which reads are remembered (`read-hashes.ts`). */

/** Of a camera of a garage, or a lane: others have cameras with the same id, and those have reads with the same ids. */
export function idHashOf(garageId: string, id: string): number {
  return mixedHash(hashOfText(hashWith(hashOfText(FIRST_HASH, garageId), SEPARATOR), id)) | 0;
}

export function readIdHashOf(readId: string): number {
  return hashOfText(FIRST_HASH, readId) | 0;
}

/** No character has this code. */
const SEPARATOR = 0x10000;
