import { sameList } from '../lists/same-list.ts';

/**
 * Plates as bytes, `PLATE_BYTES` each, and a quick look at whether two could be of one vehicle: as many characters as that
 * takes stand in the same place, counted from the start or from the end.
 */

/** More than nearly all plates have letters: of a longer one, or one of other letters than these bytes can say, it is kept that it is. */
export const PLATE_BYTES = 16;
const LONG = 0xff;
const LAST_OF_A_BYTE = 0xff;

export function writePlate(plates: Uint8Array, at: number, plate: string): void {
  const { length } = plate;
  plates[at] = LONG;
  if (length >= PLATE_BYTES) return;
  for (let i = 0; i < length; i++) {
    const code = plate.charCodeAt(i);
    if (code > LAST_OF_A_BYTE) return;
    plates[at + 1 + i] = code;
  }
  plates[at] = length;
}

/** Whether it was written there; of two that are too long to be written nothing tells which. */
export function isPlate(plates: Uint8Array, at: number, plate: string): boolean {
  const ofKnown = plates[at]!;
  writePlate(asked, 0, plate);
  if (ofKnown !== asked[0]) return false;
  if (ofKnown === LONG) return true;
  for (let i = 1; i <= ofKnown; i++) if (plates[at + i] !== asked[i]) return false;
  return true;
}

const asked = new Uint8Array(PLATE_BYTES);

/** So many characters in the same place do. */
const MOST_ALIKE = 3;

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

/**
 * Says of each of many plates whether it could be one of some that are sought, as `couldBeSame` does of each of these: four
 * characters at a step.
 */
export class SoughtPlates {
  private plates: readonly string[] = [];
  /** By sought plate and length of a known one: what that is held against, from the start, then from the end; see `holdAgainst`. */
  private readonly words = new Int32Array(MOST_SOUGHT * PLATE_BYTES * 2 * HELD_WORDS);
  private readonly bytes = new Uint8Array(this.words.buffer);
  /** By length: whether that stands there. */
  private readonly areWritten = new Uint8Array(PLATE_BYTES);

  /** Seeks these from now on. */
  use(plates: readonly string[]): void {
    if (sameList(plates, this.plates)) return;
    this.plates = plates;
    this.areWritten.fill(0);
  }

  /** Whether the plate that stands there, at a multiple of four, could be one of them. */
  couldBe({ bytes, ints }: PlateMemory, at: number): boolean {
    const { plates } = this;
    const ofKnown = bytes[at]!;
    if (ofKnown === LONG || plates.length > MOST_SOUGHT) return this.isOneOfThem(bytes, at);
    if (this.areWritten[ofKnown] === 0) this.holdAgainst(ofKnown);
    for (let n = 0; n < plates.length; n++) {
      const ofSought = plates[n]!.length;
      const enough = Math.min(MOST_ALIKE, ofKnown - 1, ofSought - 1);
      const from = 2 * HELD_WORDS * (PLATE_BYTES * n + ofKnown);
      if (this.alike(from, ints, at, ofKnown) >= enough) return true;
      if (ofSought !== ofKnown && this.alike(from + HELD_WORDS, ints, at, ofKnown) >= enough) return true;
    }
    return false;
  }

  private isOneOfThem(known: Uint8Array, at: number): boolean {
    for (let n = 0; n < this.plates.length; n++) if (couldBeSame(known, at, this.plates[n]!)) return true;
    return false;
  }

  /** How many characters are the same. */
  private alike(from: number, known: Int32Array, at: number, ofKnown: number): number {
    const { words } = this;
    let alike = 0;
    for (let i = 0; 4 * i <= ofKnown; i++) {
      const differing = known[(at >> 2) + i]! ^ words[from + 2 * i]!;
      // The highest bit of each byte that is zero, if it counts.
      alike += (~(((differing & LOW_BITS) + LOW_BITS) | differing) & words[from + 2 * i + 1]!) >>> 7;
    }
    return Math.imul(alike, ONE_EACH) >>> 24;
  }

  /** For each of four bytes, of which the first is the length: the characters in a word, then one that says which of them count. */
  private holdAgainst(ofKnown: number): void {
    const { plates, bytes } = this;
    this.areWritten[ofKnown] = 1;
    for (let n = 0; n < plates.length; n++) {
      const plate = plates[n]!;
      for (const end of [0, 1]) {
        const from = 4 * HELD_WORDS * (2 * (PLATE_BYTES * n + ofKnown) + end);
        bytes.fill(0, from, from + 4 * HELD_WORDS);
        for (let i = 0; i < ofKnown; i++) {
          const code = plate.charCodeAt(end === 0 ? i : plate.length - ofKnown + i);
          if (!(code <= LAST_OF_A_BYTE)) continue;
          const place = from + 8 * ((1 + i) >> 2) + ((1 + i) & 3);
          bytes[place] = code;
          bytes[place + 4] = HIGHEST;
        }
      }
    }
  }
}

/** The same memory twice. */
interface PlateMemory {
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
}

/** A reading and its candidates are no more. */
const MOST_SOUGHT = 6;
/** Of one plate, and which of its bytes count. */
const HELD_WORDS = (2 * PLATE_BYTES) / 4;
const HIGHEST = 0x80;
const LOW_BITS = 0x7f7f7f7f;
const ONE_EACH = 0x01010101;
