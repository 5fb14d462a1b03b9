import { FIRST_HASH, hashOfBytes, hashOfText, hashWith, mixedHash } from '../../engine/hashes.ts';

/** Hashes by which reads are remembered (`../state/read-hashes.ts`). */

/** Of a camera of a garage: others have cameras with the same id, and those have reads with the same ids. */
export function cameraHashOf(garageId: string, cameraId: string): number {
  return mixedHash(hashOfText(hashWith(hashOfText(FIRST_HASH, garageId), SEPARATOR), cameraId)) | 0;
}

export function readIdHashOf(readId: string): number {
  return hashOfText(FIRST_HASH, readId) | 0;
}

/** The same hash of a readId that stands as ASCII. */
export function readIdHashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  return hashOfBytes(FIRST_HASH, bytes, start, end) | 0;
}

/** No character has this code. */
const SEPARATOR = 0x10000;
