import { LONG, PLATE_BYTES } from './trace-numbers.ts';

/**
 * The plate that was asked for last, as numbers: its length and its letters, a byte each, and 0 behind them. Plates are held against
 * each other, and hashed, four letters at a time; and of one read the plate is asked for several times: at its lane, among those of the
 * live stays, and to be added to both.
 */
export const packedPlate = new Int32Array(PLATE_BYTES / 4);
const packedBytes = new Uint8Array(packedPlate.buffer);
let packedText = '';
let packings = 0;

/**
 * Packs a plate, unless it is packed. Of one that is too long, or of letters that no byte can say, it is told that it is LONG.
 * @returns a number that it has until another is packed
 */
export function packPlate(plate: string): number {
  if (plate === packedText) return packings;
  packedText = plate;
  packings = (packings + 1) | 0;
  clear();
  const { length } = plate;
  let codes = length < PLATE_BYTES ? 0 : TOO_MUCH;
  for (let i = 0; i < length && codes < TOO_MUCH; i++) {
    const code = plate.charCodeAt(i);
    packedBytes[1 + i] = code;
    codes |= code;
  }
  if (codes >= TOO_MUCH) clear();
  packedBytes[0] = codes < TOO_MUCH ? length : LONG;
  return packings;
}

/** The same of one that stands packed in those words, from `at` on: of a read that was decoded just now (`foundOf`). */
export function takePacked(plate: string, words: Int32Array, at: number): void {
  if (plate === packedText) return;
  packedText = plate;
  packings = (packings + 1) | 0;
  for (let i = 0; i < packedPlate.length; i++) packedPlate[i] = words[at + i]!;
}

function clear(): void {
  for (let i = 0; i < packedPlate.length; i++) packedPlate[i] = 0;
}

/** For a byte. */
const TOO_MUCH = 0x100;
