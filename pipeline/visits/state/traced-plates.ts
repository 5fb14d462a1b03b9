import { sameList } from '../stays/same-list.ts';

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
    if (plates[at + 1 + i] === plate.charCodeAt(i)) fromStart++;
    if (plates[at + ofKnown - i] === plate.charCodeAt(plate.length - 1 - i)) fromEnd++;
  }
  return Math.max(fromStart, fromEnd) >= Math.min(MOST_ALIKE, shorter - 1);
}

/**
 * Says of each of many plates whether it could be one of some that are sought, as `couldBeSame` does of each of these: a step
 * for each of its characters counts for all that are sought at once, a field of a word each.
 */
export class SoughtPlates {
  private plates: readonly string[] = [];
  /** By place from the start, or from the end, and character: one in the fields of the plates that have it there. */
  private readonly fromStart = new Int32Array(PLATE_BYTES * CHARACTERS);
  private readonly fromEnd = new Int32Array(PLATE_BYTES * CHARACTERS);
  /** What, added to the fields, brings those with enough characters in place to their highest bit. */
  private short = 0;
  private isLong = false;

  /** Seeks these from now on. */
  use(plates: readonly string[]): void {
    if (sameList(plates, this.plates)) return;
    this.note(this.plates, 0);
    this.plates = plates;
    this.isLong = plates.length > FIELDS;
    this.note(plates, 1);
    this.short = 0;
    for (let n = 0; n < plates.length && n < FIELDS; n++) {
      this.short |= (HIGHEST - Math.max(0, Math.min(MOST_ALIKE, plates[n]!.length - 1))) << (FIELD_BITS * n);
    }
  }

  /** Whether the plate that stands there could be one of them. */
  couldBe(known: Uint8Array, at: number): boolean {
    const ofKnown = known[at]!;
    if (ofKnown <= MOST_ALIKE || ofKnown === LONG || this.isLong) return this.isOneOfThem(known, at);
    const { fromStart, fromEnd, short } = this;
    let start = 0;
    let end = 0;
    for (let i = 0; i < ofKnown; i++) {
      start += fromStart[i * CHARACTERS + known[at + 1 + i]!]!;
      end += fromEnd[i * CHARACTERS + known[at + ofKnown - i]!]!;
    }
    return (((start + short) | (end + short)) & ALL_HIGHEST) !== 0;
  }

  private isOneOfThem(known: Uint8Array, at: number): boolean {
    for (let n = 0; n < this.plates.length; n++) if (couldBeSame(known, at, this.plates[n]!)) return true;
    return false;
  }

  private note(plates: readonly string[], is: 0 | 1): void {
    for (let n = 0; n < plates.length && n < FIELDS; n++) {
      const plate = plates[n]!;
      const field = 1 << (FIELD_BITS * n);
      for (let i = 0; i < plate.length && i < PLATE_BYTES; i++) {
        this.noteAt(this.fromStart, i, plate.charCodeAt(i), field, is);
        this.noteAt(this.fromEnd, i, plate.charCodeAt(plate.length - 1 - i), field, is);
      }
    }
  }

  private noteAt(places: Int32Array, i: number, code: number, field: number, is: 0 | 1): void {
    if (code > LAST_OF_A_BYTE) return;
    const place = i * CHARACTERS + code;
    places[place] = is === 1 ? places[place]! | field : 0;
  }
}

/** Of a sign and fewer than that many bits: no more plates are sought than a reading and its candidates. */
const FIELDS = 6;
/** Up to PLATE_BYTES - 1 are counted, and some are added. */
const FIELD_BITS = 5;
const HIGHEST = 1 << (FIELD_BITS - 1);
const ALL_HIGHEST = 0b010000_10000_10000_10000_10000_10000;
const CHARACTERS = 256;
