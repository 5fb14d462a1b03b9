import { countryWord, isPackedOdd, packPlate } from './packed-plate.ts';
import {
  ARE_PLAIN, ENDED_AT, ENDED_LAST, FIRST_SLOT, FLAGS, IS_SUMMED, NO_PLATE, NO_SLOT, OPEN_SLOT, PLATE,
} from './place-numbers.ts';
import { lookedPlate, UNKNOWN } from './read-look.ts';
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
    const word = countryWord(country);
    const looked = lookedPlate(this.memory, garage, word, plate);
    if (looked !== UNKNOWN) return looked;
    packPlate(plate);
    if (isPackedOdd(word)) return this.odd.get(oddKey(garage, country, plate)) ?? NO_PLATE;
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
    return this.memory.wordOfStay(slot, PLATE);
  }

  /** The slot of the first stay of a plate that came into the state; those after it: `nextSlot`. */
  firstSlot(plate: number): number {
    return this.memory.wordOfPlate(plate, FIRST_SLOT);
  }

  /** NO_SLOT: it is the last. */
  nextSlot(slot: number): number {
    return garageState.nextSlot(this.memory.task, slot);
  }

  /** False: what follows holds no more, something of the plate's stays has changed. */
  isSummed(plate: number): boolean {
    return (this.memory.wordOfPlate(plate, FLAGS) & IS_SUMMED) !== 0;
  }

  /** Nothing is in doubt, or odd about the one that has not ended. */
  arePlain(plate: number): boolean {
    return (this.memory.wordOfPlate(plate, FLAGS) & ARE_PLAIN) !== 0;
  }

  /** Slot of the one that has not ended; NO_SLOT: there is none. */
  open(plate: number): number {
    return this.memory.wordOfPlate(plate, OPEN_SLOT);
  }

  /** The latest read of those that ended, ms UTC; 0: none. */
  endedAt(plate: number): number {
    return this.memory.timeOfPlate(plate, ENDED_AT);
  }

  /** Slot of the one with that read; NO_SLOT: none, several, or it has left the state. */
  endedLast(plate: number): number {
    return this.memory.wordOfPlate(plate, ENDED_LAST);
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

  /**
   * What `find` says of the plate, but for one that has no number and that a record has no room for: it is given one.
   * @param known what `find` says of it
   */
  knownOrOdd(garage: number, country: string, plate: string, known: number): number {
    if (known !== NO_PLATE) return known;
    packPlate(plate);
    return isPackedOdd(countryWord(country)) ? this.newPlate(garage, country, plate) : NO_PLATE;
  }

  private newPlate(garage: number, country: string, plate: string): number {
    packPlate(plate);
    const word = countryWord(country);
    const { task } = this.memory;
    if (!isPackedOdd(word)) return garageState.givePlate(task, garage, word);
    const number = garageState.giveOddPlate(task, garage);
    const key = oddKey(garage, country, plate);
    this.odd.set(key, number);
    this.oddKeys.set(number, key);
    return number;
  }
}

export { NO_PLATE, NO_SLOT };

function oddKey(garage: number, country: string, plate: string): string {
  return `${garage} ${country.length} ${country}${plate}`;
}
