import { instantiate } from '../../webassembly/instantiate.ts';
import { sameList } from '../lists/same-list.ts';
import { packedPlate, packPlate } from './packed-plate.ts';
import { ENTRY_BYTES, LONG, MOST_ALIKE, PLATE_BYTES, SOUGHT_BYTES } from './trace-numbers.ts';

/**
 * Plates as they are packed (`packed-plate.ts`), `PLATE_BYTES` each, and a quick look at whether two could be of one vehicle: as many
 * characters as that takes stand in the same place, counted from the start or from the end.
 */

const LAST_OF_A_BYTE = 0xff;

/** @param at number of its first word */
export function writePlate(words: Int32Array, at: number, plate: string): void {
  packPlate(plate);
  for (let i = 0; i < PLATE_WORDS; i++) words[at + i] = packedPlate[i]!;
}

/** Whether it was written there; of two that are too long to be written nothing tells which. */
export function isPlate(words: Int32Array, at: number, plate: string): boolean {
  packPlate(plate);
  for (let i = 0; i < PLATE_WORDS; i++) if (words[at + i] !== packedPlate[i]) return false;
  return true;
}

/**
 * What `couldBeSame` says of the plate that was packed last: of two as long, which nearly all are, four letters are compared at a time.
 * @param at number of the known one's first word @param bytes the same memory
 */
export function couldBePacked(words: Int32Array, at: number, bytes: Uint8Array, plate: string): boolean {
  const first = words[at]! ^ packedPlate[0]!;
  if ((first & LENGTH) !== 0) return couldBeSame(bytes, 4 * at, plate);
  const length = words[at]! & LENGTH;
  let apart = marked(first);
  for (let i = 1; i < PLATE_WORDS; i++) apart += marked(words[at + i]! ^ packedPlate[i]!);
  // The sum of its four bytes; what stands behind the letters is the same of both.
  const same = length - (Math.imul(apart, 0x01010101) >>> 24);
  return same >= MOST_ALIKE || same >= length - 1;
}

/** A one in each byte that is not 0. */
function marked(word: number): number {
  return ((((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101;
}

const LENGTH = 0xff;
const PLATE_WORDS = PLATE_BYTES / 4;

/** Says quickly of most pairs of plates that they are different ones: too few characters stand in the same place. */
export function couldBeSame(plates: Uint8Array, at: number, plate: string): boolean {
  const ofKnown = plates[at]!;
  if (ofKnown === LONG) return true;
  const shorter = Math.min(ofKnown, plate.length);
  let fromStart = 0;
  let fromEnd = 0;
  for (let i = 0; i < shorter; i++) {
    // One where two are the same, else 0, without a branch: nothing foretells which way it would go.
    fromStart += ((plates[at + 1 + i]! ^ plate.charCodeAt(i)) - 1) >>> 31;
    fromEnd += ((plates[at + ofKnown - i]! ^ plate.charCodeAt(plate.length - 1 - i)) - 1) >>> 31;
  }
  return Math.max(fromStart, fromEnd) >= Math.min(MOST_ALIKE, shorter - 1);
}

/** The same of any of these; of the first, mostly the only one, and packed, as `couldBePacked` does. */
export function couldBeAny(words: Int32Array, at: number, bytes: Uint8Array, sought: readonly string[]): boolean {
  packPlate(sought[0]!);
  if (couldBePacked(words, at, bytes, sought[0]!)) return true;
  for (let n = 1; n < sought.length; n++) if (couldBeSame(bytes, 4 * at, sought[n]!)) return true;
  return false;
}

/**
 * Finds among many entries of a trace those by a plate that could be one of some that are sought, as `couldBeSame` says of each of
 * these: in WebAssembly, for of what comes late all reads of hours are looked at.
 *
 * @param bytes in which entries stand one behind the other, as `trace-numbers.ts` says, from `from` up to `to` (numbers of entries)
 * @param found told the number of each that could be one, the last first; some twice where many plates are sought
 */
export function findAlike(
  plates: readonly string[], bytes: Uint8Array, from: number, to: number, found: (entry: number) => void,
): void {
  for (let end = to; end > from; end -= MOST_ENTRIES) {
    const start = Math.max(from, end - MOST_ENTRIES);
    entriesSought.set(bytes.subarray(ENTRY_BYTES * start, ENTRY_BYTES * end));
    for (let first = 0; first < plates.length; first += MOST_SOUGHT) {
      seek(plates.length <= MOST_SOUGHT ? plates : plates.slice(first, first + MOST_SOUGHT));
      const count = alikePlates.find(end - start, written.length);
      for (let i = count - 1; i >= 0; i--) found(start + places[i]!);
    }
  }
}

/** Writes them where they are sought from; asked for at each lane, they mostly stand there. */
function seek(plates: readonly string[]): void {
  if (sameList(plates, written)) return;
  written = plates;
  for (let n = 0; n < plates.length; n++) {
    const plate = plates[n]!;
    const { length } = plate;
    const start = SOUGHT_BYTES * n;
    sought.fill(0, start, start + SOUGHT_BYTES);
    sought[start] = Math.min(length, PLATE_BYTES);
    for (let i = 0; i < Math.min(length, PLATE_BYTES - 1); i++) {
      sought[start + 1 + i] = byteOf(plate.charCodeAt(i));
      sought[start + SOUGHT_BYTES - 1 - i] = byteOf(plate.charCodeAt(length - 1 - i));
    }
  }
}

/** 0: no known plate has it. */
function byteOf(code: number): number {
  return code <= LAST_OF_A_BYTE ? code : 0;
}

/** What `wasm/alike-plates.wasm.ts` exports; addresses are in its memory. */
interface AlikePlates {
  entriesAt(): number;
  soughtAt(): number;
  foundAt(): number;
  mostEntries(): number;
  mostSought(): number;
  find(entryCount: number, plateCount: number): number;
}

const alikePlates = instantiate<AlikePlates>(new URL('./wasm/alike-plates.wasm', import.meta.url));
const MOST_ENTRIES = alikePlates.mostEntries();
const MOST_SOUGHT = alikePlates.mostSought();
const { buffer } = alikePlates.memory;
const entriesSought = new Uint8Array(buffer, alikePlates.entriesAt(), ENTRY_BYTES * MOST_ENTRIES);
const sought = new Uint8Array(buffer, alikePlates.soughtAt(), SOUGHT_BYTES * MOST_SOUGHT);
let written: readonly string[] = [];
const places = new Int32Array(buffer, alikePlates.foundAt(), MOST_ENTRIES);
