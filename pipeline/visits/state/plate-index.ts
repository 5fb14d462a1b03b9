import type { PlateEvidence } from '../matching/evidence.ts';
import { HELD_LENGTH, HELD_PLATE_BYTES, MOST_HELD, NO_ID, NO_PLACE } from '../matching/shared-numbers.ts';
import { writeClasses } from '../matching/symbols.ts';
import { isPackedLong, packPlate } from './packed-plate.ts';
import { garageState, slotsFound, stateBytes, stateWords, type TaskMemory } from './task-memory.ts';

/**
 * Finds stored ids (numbers from 0 on) whose plate could be the evidence's: its plate near any of their plates and candidates,
 * as `../matching/wasm/sought-plate.as.ts` has it, or one of its candidates within one edit. Derived, never stored.
 *
 * The plates stand beside all else that is derived from stays (`wasm/garage-state.wasm.ts`), where nearly all of them are passed over 128 at
 * a step, so that a thousand vehicles take less than a microsecond, and one that comes or goes costs next to nothing. What was found last
 * stands there too.
 */
export class PlateIndex {
  /** Evidences added and not removed. */
  private added = 0;
  private readonly memory: TaskMemory;
  /** Where it stands there. */
  readonly place: number;

  constructor(memory: TaskMemory) {
    this.memory = memory;
    this.place = garageState.makeNear(memory.task);
  }

  get size(): number {
    return this.added;
  }

  /**
   * An id may be added with several evidences. One without a plate is counted, and never near.
   * @returns where its plates stand, for `removeAt`
   */
  add(id: number, { plate, candidates }: PlateEvidence): number {
    this.added++;
    return this.putCandidates(id, candidates, this.put(id, plate, NO_PLACE));
  }

  /**
   * What is left to do where `garageState.enter` has put the packed plate, which is the evidence's.
   * @param place where that stands @returns as `add` does
   */
  addRest(id: number, { plate, candidates }: PlateEvidence, place: number): number {
    this.added++;
    return this.putCandidates(id, candidates, isPackedLong() ? this.put(id, plate, NO_PLACE) : place);
  }

  /** Takes out what was added. @param place what `add` answered @throws if what stands there is another's */
  removeAt(id: number, place: number): void {
    if (garageState.removeNearFrom(this.place, place, id) === 0) throw new Error(notThoseOf(id, place));
    this.added--;
  }

  /** What was added was taken out by `garageState.goOn`. */
  wasRemoved(): void {
    this.added--;
  }

  /** Takes out what was added with an equal evidence, wherever it stands. */
  remove(id: number, { plate, candidates }: PlateEvidence): void {
    this.added--;
    this.takeOut(id, plate);
    for (let i = 0; i < candidates.length; i++) this.takeOut(id, candidates[i]!.plate);
  }

  /** Each id once, in the order of the ids. */
  near(evidence: PlateEvidence): number[] {
    this.search(evidence, NO_ID);
    return [...new Set(this.ids())].sort((one, other) => one - other);
  }

  /**
   * Finds all near at once, in no order, some twice: nothing is made for it.
   * @param but this id is left out: it costs no comparison
   */
  search({ plate, candidates }: PlateEvidence, but: number): void {
    packPlate(plate);
    garageState.seekAskedNear(this.place, but);
    if (isPackedLong()) this.seek(plate, false, but);
    for (let i = 0; i < candidates.length; i++) this.seek(candidates[i]!.plate, true, but);
  }

  /** What was found is as if it had been sought without this id. */
  leaveOut(id: number): void {
    garageState.leaveOutNear(this.place, id);
  }

  /** How many were found. */
  get found(): number {
    return stateWords()[this.place >>> 2]!;
  }

  /** How many of those found are twins of the plate sought, by a plate or candidate of theirs (`../matching/twins.ts`). */
  get twins(): number {
    return stateWords()[(this.place >>> 2) + TWINS]!;
  }

  /** Those found, some twice. */
  ids(): number[] {
    return this.list(FOUND);
  }

  /** Those of them that are twins, some twice. */
  twinIds(): number[] {
    return this.list(TWINS);
  }

  /**
   * Where they are slots of stays: those found of vehicles inside, of another plate than one, that were seen last after one time and not
   * after another (ms UTC). Each once, in a list that is written over.
   */
  inside(ownPlate: number, after: number, upTo: number): readonly number[] {
    garageState.findInside(this.memory.task, this.place, ownPlate, after, upTo);
    return slotsFound();
  }

  private list(count: number): number[] {
    const words = stateWords();
    const at = (this.place >>> 2) + count;
    const first = words[at + 1]! >>> 2;
    const ids: number[] = [];
    for (let i = 0; i < words[at]!; i++) ids.push(words[first + i]!);
    return ids;
  }

  /** @param isCandidate then only those that are at most an edit from the plate, or come to the same by one in each */
  private seek(plate: string, isCandidate: boolean, but: number): void {
    const length = writeClasses(plate, stateBytes(), SOUGHT);
    if (length > 0) garageState.seekNear(this.place, length, but, isCandidate);
  }

  /** @param place where the first plate stands; NO_PLACE: there is none @returns where the first of all stands */
  private putCandidates(id: number, candidates: PlateEvidence['candidates'], place: number): number {
    let first = place;
    let last = place;
    for (let i = 0; i < candidates.length; i++) {
      last = this.put(id, candidates[i]!.plate, last);
      if (first === NO_PLACE) first = last;
    }
    return first;
  }

  /** @param before what it answered of the evidence's plate before it @returns that, if this is none */
  private put(id: number, plate: string, before: number): number {
    const length = writeClasses(plate, stateBytes(), SOUGHT);
    return length === 0 ? before : garageState.putNear(this.place, length, id, before);
  }

  private takeOut(id: number, plate: string): void {
    const length = writeClasses(plate, stateBytes(), SOUGHT);
    if (length > 0) garageState.removeNear(this.place, length, id);
  }
}

/** Whether the stored evidence would be found near the sought one. */
export function areNear(sought: PlateEvidence, stored: PlateEvidence): boolean {
  return garageState.areEvidencesNear(soughtPlates.layDown(sought), storedPlates.layDown(stored)) !== 0;
}

/** The plates of an evidence, laid down to be held against those of another: one is mostly held against several. */
class HeldPlates {
  private readonly at: number;
  private laid: PlateEvidence | null = null;
  private count = 0;

  constructor(at: number) {
    this.at = at;
  }

  /** @returns how many they are: passages keep fewer candidates than there is room for */
  layDown(evidence: PlateEvidence): number {
    if (evidence !== this.laid) {
      this.count = layDownPlates(evidence, this.at);
      this.laid = evidence;
    }
    return this.count;
  }
}

function layDownPlates({ plate, candidates }: PlateEvidence, at: number): number {
  const bytes = stateBytes();
  const most = Math.min(candidates.length, MOST_HELD - 1);
  bytes[at + HELD_LENGTH] = writeClasses(plate, bytes, at);
  for (let i = 0; i < most; i++) {
    const candidateAt = at + HELD_PLATE_BYTES * (i + 1);
    bytes[candidateAt + HELD_LENGTH] = writeClasses(candidates[i]!.plate, bytes, candidateAt);
  }
  return 1 + most;
}

/** What is wrong where an id was to be taken out. */
export function notThoseOf(id: number, place: number): string {
  return `the plates at ${place} are not those of ${id}`;
}

/** Words, as `../matching/wasm/near-plates.as.ts` has them: a count, and behind it where those ids begin. */
const FOUND = 0;
const TWINS = 2;

/** Of the plate that is sought, put or removed, whichever index it is in: where its classes are written. */
const SOUGHT = garageState.soughtClassesAt();
const soughtPlates = new HeldPlates(garageState.soughtPlatesAt());
const storedPlates = new HeldPlates(garageState.storedPlatesAt());
for (let code = 0; code <= 0xff; code++) writeClasses(String.fromCharCode(code), stateBytes(), garageState.classesOfBytesAt() + code);
