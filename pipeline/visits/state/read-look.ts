import { isPackedLong, isPackedOdd, packPlate } from './packed-plate.ts';
import { HOLDS, LOOKED_PLATE } from './place-numbers.ts';
import { seek } from './sought-plates.ts';
import { garageState, slotsAt, stateWords, type TaskMemory } from './task-memory.ts';

/**
 * What is found of the read at hand in one call, before any rule asks: whether it may be known, the number of its plate and which stays
 * were read near it. The last two hold until something of them changes; then, or of another read, they are not known here.
 */

/** The last look: of whom, where and when. */
let lookedTask: TaskMemory | null = null;
let lookedGarage = -1;
let lookedCountry = 0;
let lookedText = '';
let lookedTrace = 0;
let lookedAt = NaN;

/**
 * @param due where a stay may be put until it is due; @param counts of the camera's reads, that will be one more
 * @param country as `countryWord` gives it; @param trace of its lane; @param at when it was made, ms UTC
 * @returns whether it may stand in a live passage
 */
export function look(
  memory: TaskMemory, due: number, camera: number, counts: number, readIdHash: number, garage: number, country: number, plate: string,
  trace: number, at: number, withinMs: number, anyWithinMs: number, besideWithinMs: number,
): boolean {
  packPlate(plate);
  if (isPackedLong()) seek([plate]);
  lookedTask = memory;
  // Of an odd one the number is known elsewhere.
  lookedGarage = isPackedOdd(country) ? -1 : garage;
  lookedCountry = country;
  lookedText = plate;
  lookedTrace = trace;
  lookedAt = at;
  return garageState.look(
    memory.task, due, camera, counts, readIdHash, garage, country, trace, at, withinMs, anyWithinMs, besideWithinMs,
  ) !== 0;
}

/** The number of the plate, none that a record has no room for; UNKNOWN: it was not looked for. */
export function lookedPlate(memory: TaskMemory, garage: number, country: number, plate: string): number {
  if (plate !== lookedText || country !== lookedCountry || garage !== lookedGarage || memory !== lookedTask) return UNKNOWN;
  const words = stateWords();
  return words[LOOKED + HOLDS / 4] === 0 ? UNKNOWN : words[LOOKED + LOOKED_PLATE / 4]!;
}

/** Slots of the stays near such a read; null: it was not looked for. */
export function lookedNear(plate: string, trace: number, at: number): readonly number[] | null {
  if (at !== lookedAt || plate !== lookedText || trace !== lookedTrace || stateWords()[LOOKED + HOLDS / 4] === 0) return null;
  return slotsAt(NEARBY, nearby);
}

export const UNKNOWN = -2;
const LOOKED = garageState.lookedAt() / 4;
const NEARBY = garageState.nearbyAt();
const nearby: number[] = [];
