import { freePlace, grownHashPlaces, insertHash, newHashPlaces } from '../../engine/hash-places.ts';
import { mixedHash } from '../../engine/hashes.ts';
import { packedPlate, packPlate } from './packed-plate.ts';
import { LONG } from './trace-numbers.ts';

/**
 * The live stays of each plate of each garage of a task, and what the plain cases need to know of them (`plain-stays.ts`):
 * asked at each read, of a plate that is one of hundreds of thousands. Apart from the collector's heap, and what is asked of
 * one plate side by side: a look costs two misses of the processor's cache, where a Map of objects costs five and more.
 *
 * A plate is named by a number, for as long as it has a live stay; stays by their slots.
 */
export class PlateStays {
  /** Numbers by the hash of their plates. */
  private index = newHashPlaces(PLACES_AT_START);
  /** By number, `RECORD_INTS` each: see `AT`. */
  private records = new Int32Array(RECORD_INTS * FIRST_PLATES);
  /** The same memory, for the times in it. */
  private times = new Float64Array(this.records.buffer);
  /** By slot, two each: the plate of the stay, and the next stay of that plate. */
  private links = new Int32Array(2 * FIRST_SLOTS);
  private readonly free: number[] = [];
  /** All numbers below have been given. */
  private given = 0;
  private taken = 0;
  /** Plates that are too long for a record, or of letters that no country's plates have: by garage and text. */
  private readonly odd = new Map<string, number>();
  private readonly oddKeys = new Map<number, string>();
  /** What was hashed last: of one read it is sought several times. */
  private hashedGarage = 0;
  private hashedCountry = 0;
  private hashedPacking = -1;
  private hash = 0;

  /** The plate's number; NO_PLATE: it has no live stay. @param garage its number */
  find(garage: number, country: string, plate: string): number {
    const hash = this.hashOnce(garage, country, plate);
    if (areOdd()) return this.odd.get(oddKey(garage, country, plate)) ?? NO_PLATE;
    const { index } = this;
    const mask = index.length - 1;
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      if (index[place] === hash && this.isPacked(index[place + 1]! - 1, garage)) return index[place + 1]! - 1;
    }
    return NO_PLATE;
  }

  /** Where `find` looks first. */
  placeOf(garage: number, country: string, plate: string): number {
    return (2 * this.hashOnce(garage, country, plate)) & (this.index.length - 1);
  }

  /** @param place as `placeOf` has it @returns of no use: it is for the look alone */
  lookAt(place: number): number {
    return this.index[place]!;
  }

  private hashOnce(garage: number, country: string, plate: string): number {
    const packing = packPlate(plate);
    packCountry(country);
    if (packing !== this.hashedPacking || packedCountry !== this.hashedCountry || garage !== this.hashedGarage) {
      this.hash = hashOf(garage, packedCountry, packedPlate, 0) | 0;
      this.hashedPacking = packing;
      this.hashedCountry = packedCountry;
      this.hashedGarage = garage;
    }
    return this.hash >>> 0;
  }

  /**
   * Adds the stay that has the slot to those of the plate.
   * @param known what `find` says of the plate @returns its number
   */
  add(garage: number, country: string, plate: string, slot: number, known = this.find(garage, country, plate)): number {
    const number = known === NO_PLATE ? this.newPlate(garage, country, plate) : known;
    const { records } = this;
    const at = number * RECORD_INTS;
    this.makeRoomFor(slot);
    this.links[2 * slot] = number;
    this.setNext(slot, NO_SLOT);
    if (known === NO_PLATE) records[at + AT.first] = slot;
    else this.setNext(records[at + AT.last]!, slot);
    records[at + AT.last] = slot;
    records[at + AT.flags] = 0;
    return number;
  }

  /** Takes the stay that has the slot from its plate. @param wasOpen nothing had ended it */
  remove(slot: number, wasOpen: boolean): void {
    const number = this.plateOf(slot);
    const { records } = this;
    const at = number * RECORD_INTS;
    if (records[at + AT.first] === slot && records[at + AT.last] === slot) return this.forgetPlate(number);
    this.unlink(at, slot);
    if (records[at + AT.endedLast] === slot) records[at + AT.endedLast] = NO_SLOT;
    // What is known of stays that ended holds as well with one less.
    if (wasOpen) records[at + AT.flags] = 0;
  }

  /** The plate of the stay that has the slot. */
  plateOf(slot: number): number {
    return this.links[2 * slot]!;
  }

  /** The number of the plate's garage. */
  garageOf(plate: number): number {
    return this.records[plate * RECORD_INTS + AT.garage]!;
  }

  /** The slot of the first stay of a plate that came into the state; those after it: `nextSlot`. */
  firstSlot(plate: number): number {
    return this.records[plate * RECORD_INTS + AT.first]!;
  }

  /** NO_SLOT: it is the last. */
  nextSlot(slot: number): number {
    return this.links[2 * slot + 1]!;
  }

  private setNext(slot: number, next: number): void {
    this.links[2 * slot + 1] = next;
  }

  /** False: what follows holds no more, something of the plate's stays has changed. */
  isSummed(plate: number): boolean {
    return (this.records[plate * RECORD_INTS + AT.flags]! & IS_SUMMED) !== 0;
  }

  /** Nothing is in doubt, or odd about the one that has not ended. */
  arePlain(plate: number): boolean {
    return (this.records[plate * RECORD_INTS + AT.flags]! & ARE_PLAIN) !== 0;
  }

  /** Slot of the one that has not ended; NO_SLOT: there is none. */
  open(plate: number): number {
    return this.records[plate * RECORD_INTS + AT.open]!;
  }

  /** The latest read of those that ended, ms UTC; 0: none. */
  endedAt(plate: number): number {
    return this.times[(plate * RECORD_INTS + AT.endedAt) / 2]!;
  }

  /** Slot of the one with that read; NO_SLOT: none, several, or it has left the state. */
  endedLast(plate: number): number {
    return this.records[plate * RECORD_INTS + AT.endedLast]!;
  }

  /** What the plate's stays come to; holds until one of them changes. */
  sum(plate: number, arePlain: boolean, open: number, endedAt: number, endedLast: number): void {
    const { records } = this;
    const at = plate * RECORD_INTS;
    records[at + AT.flags] = IS_SUMMED | (arePlain ? ARE_PLAIN : 0);
    records[at + AT.open] = open;
    records[at + AT.endedLast] = endedLast;
    this.times[(at + AT.endedAt) / 2] = endedAt;
  }

  /** A plain stay has begun or grown, and with it nothing else of a sum. */
  noteOpen(plate: number, slot: number): void {
    const { records } = this;
    records[plate * RECORD_INTS + AT.flags] = IS_SUMMED | ARE_PLAIN;
    records[plate * RECORD_INTS + AT.open] = slot;
  }

  /** A plain stay has ended, or its end has moved; likewise. @param endedAt its latest read, ms UTC */
  noteEnded(plate: number, slot: number, endedAt: number): void {
    this.sum(plate, true, NO_SLOT, endedAt, slot);
  }

  /** One of the plate's stays has changed. */
  changed(plate: number): void {
    this.records[plate * RECORD_INTS + AT.flags] = 0;
  }

  private unlink(at: number, slot: number): void {
    const { records } = this;
    let before = records[at + AT.first]!;
    if (before === slot) {
      records[at + AT.first] = this.nextSlot(slot);
      return;
    }
    while (this.nextSlot(before) !== slot) before = this.nextSlot(before);
    this.setNext(before, this.nextSlot(slot));
    if (records[at + AT.last] === slot) records[at + AT.last] = before;
  }

  private newPlate(garage: number, country: string, plate: string): number {
    const number = this.free.pop() ?? this.given++;
    const at = number * RECORD_INTS;
    if (at === this.records.length) this.widen();
    const { records } = this;
    records[at + AT.garage] = garage;
    records[at + AT.open] = NO_SLOT;
    records[at + AT.endedLast] = NO_SLOT;
    this.times[(at + AT.endedAt) / 2] = 0;
    const hash = this.hashOnce(garage, country, plate);
    if (areOdd()) {
      const key = oddKey(garage, country, plate);
      this.odd.set(key, number);
      this.oddKeys.set(number, key);
      return number;
    }
    records[at + AT.country] = packedCountry;
    for (let i = 0; i < packedPlate.length; i++) records[at + AT.plate + i] = packedPlate[i]!;
    if (4 * this.taken >= this.index.length) this.index = grownHashPlaces(this.index);
    this.taken += 1;
    insertHash(this.index, hash, number);
    return number;
  }

  private forgetPlate(number: number): void {
    this.free.push(number);
    const key = this.oddKeys.get(number);
    if (key !== undefined) {
      this.odd.delete(key);
      this.oddKeys.delete(number);
      return;
    }
    const { index } = this;
    const mask = index.length - 1;
    const hash = this.hashAt(number);
    let place = (2 * hash) & mask;
    while (index[place + 1] !== number + 1) place = (place + 2) & mask;
    freePlace(index, place);
    this.taken -= 1;
  }

  /** Whether the number is that of the garage and what is packed. */
  private isPacked(number: number, garage: number): boolean {
    const { records } = this;
    const at = number * RECORD_INTS;
    if (records[at + AT.garage] !== garage || records[at + AT.country] !== packedCountry) return false;
    for (let i = 0; i < packedPlate.length; i++) if (records[at + AT.plate + i] !== packedPlate[i]) return false;
    return true;
  }

  private hashAt(number: number): number {
    const { records } = this;
    const at = number * RECORD_INTS;
    return hashOf(records[at + AT.garage]!, records[at + AT.country]!, records, at + AT.plate);
  }

  private widen(): void {
    this.records = widened(this.records, 0);
    this.times = new Float64Array(this.records.buffer);
  }

  private makeRoomFor(slot: number): void {
    if (2 * slot >= this.links.length) this.links = widened(this.links, 2 * slot);
  }
}

/** No number of a plate. */
export const NO_PLATE = -1;
/** No slot of a stay. */
export const NO_SLOT = -1;

/** Where what is known of a plate stands in its record, in ints: a line of the processor's cache has them all. */
const AT = { garage: 0, flags: 1, first: 2, last: 3, endedAt: 4, open: 6, endedLast: 7, country: 8, plate: 9 } as const;
const RECORD_INTS = 16;
const IS_SUMMED = 1;
const ARE_PLAIN = 2;

/** Powers of two, as all later sizes are. */
const PLACES_AT_START = 64;
const FIRST_PLATES = 32;
const FIRST_SLOTS = 64;

/** The country that was asked for last: its length, then its letters, a byte each; ODD: it has more, or others. */
let packedCountry = 0;
let packedCountryText = '';
const ODD = 0xff;
const MOST_LETTERS = 3;
const LAST_OF_A_BYTE = 0xff;

function packCountry(country: string): void {
  if (country === packedCountryText) return;
  packedCountryText = country;
  let word = country.length;
  let codes = 0;
  for (let i = 0; i < country.length && i < MOST_LETTERS; i++) {
    const code = country.charCodeAt(i);
    codes |= code;
    word |= code << (8 * (i + 1));
  }
  packedCountry = country.length > MOST_LETTERS || codes > LAST_OF_A_BYTE ? ODD : word;
}

/** Of what is packed: it has no room in a record. */
function areOdd(): boolean {
  return packedPlate[0] === LONG || packedCountry === ODD;
}

/** Of a plate's words, which begin at `at`: each is mixed in as MurmurHash3 does. */
function hashOf(garage: number, country: number, plate: Int32Array, at: number): number {
  let hash = mixed(Math.imul(garage + 1, 0x9e3779b1), country);
  for (let i = 0; i < packedPlate.length; i++) hash = mixed(hash, plate[at + i]!);
  return mixedHash(hash);
}

function mixed(before: number, word: number): number {
  let hash = Math.imul(word, 0xcc9e2d51);
  hash = before ^ Math.imul((hash << 15) | (hash >>> 17), 0x1b873593);
  return (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
}

function oddKey(garage: number, country: string, plate: string): string {
  return `${garage} ${country.length} ${country}${plate}`;
}

/** Twice as long, or longer if the place would lie behind it. */
function widened(column: Int32Array<ArrayBuffer>, place: number): Int32Array<ArrayBuffer> {
  let length = 2 * column.length;
  while (length <= place) length *= 2;
  const wider = new Int32Array(length);
  wider.set(column);
  return wider;
}
