import { isPackedLong, packPlate } from './packed-plate.ts';
import { garageState, type TaskMemory } from './task-memory.ts';

/**
 * The live stays of each plate of each garage of a task, and what the plain cases need to know of them (`plain-stays.ts`): see
 * `wasm/plate-stays.as.ts`. A plate is named by a number, for as long as it has a live stay; stays by their slots.
 */
export class PlateStays {
  private readonly memory: TaskMemory;
  /** Plates that are too long for a record, or of letters that no country's plates have: by garage and text. */
  private readonly odd = new Map<string, number>();
  private readonly oddKeys = new Map<number, string>();

  constructor(memory: TaskMemory) {
    this.memory = memory;
  }

  /** The plate's number; NO_PLATE: it has no live stay. @param garage its number */
  find(garage: number, country: string, plate: string): number {
    packPlate(plate);
    const word = countryWord(country);
    if (isOdd(word)) return this.odd.get(oddKey(garage, country, plate)) ?? NO_PLATE;
    return garageState.findPlate(this.memory.task, garage, word);
  }

  /**
   * Adds the stay that has the slot to those of the plate.
   * @param known what `find` says of the plate @returns its number
   */
  add(garage: number, country: string, plate: string, slot: number, known = this.find(garage, country, plate)): number {
    const number = known === NO_PLATE ? this.newPlate(garage, country, plate) : known;
    garageState.addStay(this.memory.task, number, slot);
    return number;
  }

  /** Takes the stay that has the slot from its plate. @param wasOpen nothing had ended it */
  remove(slot: number, wasOpen: boolean): void {
    this.forgetOdd(garageState.removeStay(this.memory.task, slot, wasOpen));
  }

  /** @param number of an odd plate that has no stay any more; NO_PLATE: of none */
  forgetOdd(number: number): void {
    if (number === NO_PLATE) return;
    this.odd.delete(this.oddKeys.get(number)!);
    this.oddKeys.delete(number);
  }

  /** The plate of the stay that has the slot. */
  plateOf(slot: number): number {
    return garageState.plateOf(this.memory.task, slot);
  }

  /** The number of the plate's garage. */
  garageOf(plate: number): number {
    return garageState.garageOf(this.memory.task, plate);
  }

  /** The slot of the first stay of a plate that came into the state; those after it: `nextSlot`. */
  firstSlot(plate: number): number {
    return garageState.firstSlot(this.memory.task, plate);
  }

  /** NO_SLOT: it is the last. */
  nextSlot(slot: number): number {
    return garageState.nextSlot(this.memory.task, slot);
  }

  /** False: what follows holds no more, something of the plate's stays has changed. */
  isSummed(plate: number): boolean {
    return (garageState.plateFlags(this.memory.task, plate) & IS_SUMMED) !== 0;
  }

  /** Nothing is in doubt, or odd about the one that has not ended. */
  arePlain(plate: number): boolean {
    return (garageState.plateFlags(this.memory.task, plate) & ARE_PLAIN) !== 0;
  }

  /** Slot of the one that has not ended; NO_SLOT: there is none. */
  open(plate: number): number {
    return garageState.openSlot(this.memory.task, plate);
  }

  /** The latest read of those that ended, ms UTC; 0: none. */
  endedAt(plate: number): number {
    return garageState.endedAt(this.memory.task, plate);
  }

  /** Slot of the one with that read; NO_SLOT: none, several, or it has left the state. */
  endedLast(plate: number): number {
    return garageState.endedLast(this.memory.task, plate);
  }

  /** What the plate's stays come to; holds until one of them changes. */
  sum(plate: number, arePlain: boolean, open: number, endedAt: number, endedLast: number): void {
    garageState.sumPlate(this.memory.task, plate, arePlain, open, endedAt, endedLast);
  }

  /** A plain stay has begun or grown, and with it nothing else of a sum. */
  noteOpen(plate: number, slot: number): void {
    garageState.noteOpen(this.memory.task, plate, slot);
  }

  /** A plain stay has ended, or its end has moved; likewise. @param endedAt its latest read, ms UTC */
  noteEnded(plate: number, slot: number, endedAt: number): void {
    this.sum(plate, true, NO_SLOT, endedAt, slot);
  }

  /** One of the plate's stays has changed. */
  changed(plate: number): void {
    garageState.plateChanged(this.memory.task, plate);
  }

  private newPlate(garage: number, country: string, plate: string): number {
    packPlate(plate);
    const word = countryWord(country);
    const { task } = this.memory;
    if (!isOdd(word)) return garageState.givePlate(task, garage, word);
    const number = garageState.giveOddPlate(task, garage);
    const key = oddKey(garage, country, plate);
    this.odd.set(key, number);
    this.oddKeys.set(number, key);
    return number;
  }
}

/** No number of a plate. */
export const NO_PLATE = -1;
/** No slot of a stay. */
export const NO_SLOT = -1;

const IS_SUMMED = 1;
const ARE_PLAIN = 2;

/** A country's length, then its letters, a byte each; ODD: it has more, or others. */
export function countryWord(country: string): number {
  if (country === lastCountry) return lastWord;
  lastCountry = country;
  let word = country.length;
  let codes = 0;
  for (let i = 0; i < country.length && i < MOST_LETTERS; i++) {
    const code = country.charCodeAt(i);
    codes |= code;
    word |= code << (8 * (i + 1));
  }
  return (lastWord = country.length > MOST_LETTERS || codes > LAST_OF_A_BYTE ? ODD : word);
}

/** What was asked for last. */
let lastCountry = '';
let lastWord = 0;
const ODD = 0xff;
const MOST_LETTERS = 3;
const LAST_OF_A_BYTE = 0xff;

/** Of the plate that is packed, with its country: a record has no room for it. */
function isOdd(country: number): boolean {
  return country === ODD || isPackedLong();
}

function oddKey(garage: number, country: string, plate: string): string {
  return `${garage} ${country.length} ${country}${plate}`;
}
