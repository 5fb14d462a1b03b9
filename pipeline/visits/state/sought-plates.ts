import { sameList } from '../lists/same-list.ts';
import { garageState, stateBytes } from './task-memory.ts';
import { PLATE_BYTES, SOUGHT_BYTES } from './trace-numbers.ts';

/**
 * Plates that entries of traces are held against, written where `wasm/alike-plates.as.ts` reads them. Asked for at each lane, they mostly
 * stand there.
 *
 * @param plates no more than `MOST_SOUGHT`
 */
export function seek(plates: readonly string[]): void {
  if (sameList(plates, written)) return;
  written = plates;
  const bytes = stateBytes();
  for (let n = 0; n < plates.length; n++) {
    const plate = plates[n]!;
    const { length } = plate;
    const start = SOUGHT + SOUGHT_BYTES * n;
    bytes.fill(0, start, start + SOUGHT_BYTES);
    bytes[start] = Math.min(length, PLATE_BYTES);
    for (let i = 0; i < Math.min(length, PLATE_BYTES - 1); i++) {
      bytes[start + 1 + i] = byteOf(plate.charCodeAt(i));
      bytes[start + SOUGHT_BYTES - 1 - i] = byteOf(plate.charCodeAt(length - 1 - i));
    }
  }
}

/** So many can be sought at once. */
export const MOST_SOUGHT = garageState.mostSought();

const SOUGHT = garageState.soughtAt();
let written: readonly string[] = [];

/** 0: no known plate has it. */
function byteOf(code: number): number {
  return code <= LAST_OF_A_BYTE ? code : 0;
}

const LAST_OF_A_BYTE = 0xff;
