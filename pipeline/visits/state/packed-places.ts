import { LONG, NO_SHARE, NO_TIME } from './stay-format.ts';

/**
 * Passes over the parts that `packed-values.ts` writes, by where they stand: for who wants little of a row, and is told places and numbers
 * instead of texts and objects.
 */

/** Where what stands behind a text begins. */
export function afterText(bytes: Buffer, at: number): number {
  const length = bytes[at]!;
  return length === LONG ? at + 5 + bytes.readUInt32LE(at + 1) : at + 1 + length;
}

export function afterTime(bytes: Buffer, at: number): number {
  return at + (uint16At(bytes, at) === NO_TIME ? 10 : 6);
}

export function afterShare(bytes: Buffer, at: number): number {
  return at + (uint16At(bytes, at) === NO_SHARE ? 10 : 2);
}

/** ms UTC */
export function timeAt(bytes: Buffer, at: number): number {
  const high = uint16At(bytes, at);
  if (high === NO_TIME) return bytes.readDoubleLE(at + 2);
  return high * 2 ** 32 + uint16At(bytes, at + 4) * 2 ** 16 + uint16At(bytes, at + 2);
}

function uint16At(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}
