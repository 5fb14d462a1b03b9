import type { PlateEvidence } from './evidence.ts';
import { LookAlikePattern, LOST_TOGETHER } from './look-alike-distance.ts';
import { MOST_RESTS, writeRests } from './rests.ts';
import { SlicedPlates } from './sliced-plates.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Finds stored ids (numbers from 0 on) whose plate could be the evidence's: its plate near any of their plates and candidates,
 * as `look-alike-distance.ts` has it, or one of its candidates within one edit. Derived, never stored.
 *
 * Where they are many nearly all plates are passed over 32 at a step, so that some thousand vehicles take a microsecond or two,
 * and one that comes or goes costs next to nothing.
 */
export class PlateIndex {
  /** Evidences added and not removed. */
  private added = 0;
  /** By their length; made when first needed. */
  private readonly groups: (PlateGroup | undefined)[] = new Array<undefined>(LONGEST_PLATE + 1).fill(undefined);

  get size(): number {
    return this.added;
  }

  /**
   * An id may be added with several evidences. One without a plate is counted, and never near.
   * @returns where the plate stands: whoever tells it when it is removed spares the search for it
   */
  add(id: number, { plate, candidates }: PlateEvidence): number {
    this.added++;
    const at = this.addPlate(id, plate);
    for (let i = 0; i < candidates.length; i++) this.addPlate(id, candidates[i]!.plate);
    return at;
  }

  /** Takes out what was added with an equal evidence. @param at what `add` answered, or any number */
  remove(id: number, { plate, candidates }: PlateEvidence, at: number): void {
    this.added--;
    this.removePlate(id, plate, at);
    for (let i = 0; i < candidates.length; i++) this.removePlate(id, candidates[i]!.plate, 0);
  }

  /** Each id once, in the order of the ids. */
  near(evidence: PlateEvidence): number[] {
    const found = new FoundPlates();
    this.search(evidence, NO_ID, found);
    return [...new Set(found.ids)].sort((one, other) => one - other);
  }

  /**
   * Finds all near at once, in no order, some twice: nothing is made for it.
   * @param but this id is left out: it costs no comparison
   */
  search({ plate, candidates }: PlateEvidence, but: number, found: FoundPlates): void {
    found.count = 0;
    found.twins = 0;
    this.seek(plate, false, but, found);
    for (let i = 0; i < candidates.length; i++) this.seek(candidates[i]!.plate, true, but, found);
  }

  /** @param isCandidate then only those that are at most an edit from the plate, or come to the same by one in each */
  private seek(plate: string, isCandidate: boolean, but: number, found: FoundPlates): void {
    const length = writeClasses(plate, classes);
    if (length === 0) return;
    isSoughtReady = false;
    for (let ofLength = Math.max(1, length - LOST_TOGETHER); ofLength <= length + LOST_TOGETHER; ofLength++) {
      const group = this.groups[ofLength];
      if (group === undefined) continue;
      const most = group.mayBeNear(length, isCandidate);
      for (let i = 0; i < most; i++) {
        const at = maybe[i]!;
        const id = group.ids[at]!;
        if (id === but || !isNear(group, at, length)) continue;
        if (isCandidate && !haveCommonRest(group, at, length)) continue;
        found.ids[found.count++] = id;
        if (!isCandidate && sought.isTwin(group.classes, at * ofLength, ofLength)) found.twinIds[found.twins++] = id;
      }
    }
  }

  private addPlate(id: number, plate: string): number {
    const length = writeClasses(plate, classes);
    return (this.groups[length] ??= new PlateGroup(length)).put(id);
  }

  private removePlate(id: number, plate: string, likelyAt: number): void {
    this.groups[writeClasses(plate, classes)]!.remove(id, likelyAt);
  }
}

/** What a search found last; what stands behind is of earlier ones. */
export class FoundPlates {
  readonly ids: number[] = [];
  count = 0;
  /** Those of them of which a plate or candidate is a twin of the plate sought (`twins.ts`). */
  readonly twinIds: number[] = [];
  twins = 0;
}

/** Whether the stored evidence would be found near the sought one. */
export function areNear(sought: PlateEvidence, stored: PlateEvidence): boolean {
  // Mostly they are not, and that is quickly seen.
  if (!haveNearPlates(sought, stored)) return false;
  const at = alone.add(0, stored);
  alone.search(sought, NO_ID, foundAlone);
  alone.remove(0, stored, at);
  return foundAlone.count > 0;
}

/** False: surely no plate of the one is near any of the other. */
function haveNearPlates(one: PlateEvidence, other: PlateEvidence): boolean {
  if (mayBeNear(one.plate, other.plate)) return true;
  if (one.candidates.length === 0 && other.candidates.length === 0) return false;
  const others = [other.plate, ...other.candidates.map(({ plate }) => plate)];
  return [one.plate, ...one.candidates.map(({ plate }) => plate)].some((plate) => others.some((next) => mayBeNear(plate, next)));
}

/** False: each has more characters that the other has not than come and go by two edits, or with an end. */
function mayBeNear(plate: string, other: string): boolean {
  const most = plate.length === other.length ? 2 : LOST_TOGETHER;
  const [ofPlate, ofOther] = [classesIn(plate), classesIn(other)];
  return bitsOf(ofPlate & ~ofOther) <= most && bitsOf(ofOther & ~ofPlate) <= most;
}

/** As bits; what shares one can only make plates look nearer than they are. */
function classesIn(plate: string): number {
  const length = writeClasses(plate, classes);
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= 1 << (classes[i]! & 31);
  return bits;
}

function bitsOf(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** Plates and candidates of one length. */
class PlateGroup {
  readonly length: number;
  /** By their number; those taken out are NO_ID. */
  readonly ids: number[] = [];
  /** Of each, one after the other. */
  classes: Uint8Array;
  /** Null: they are few, and looked through one by one. Most garages are small, and slices of few cost as much as of many. */
  private sliced: SlicedPlates | null = null;

  constructor(length: number) {
    this.length = length;
    this.classes = new Uint8Array(FIRST_PLATES * length);
  }

  /** The plate whose classes stand in `classes`. @returns its number */
  put(id: number): number {
    const { length, ids } = this;
    const at = this.firstFree();
    if (at * length === this.classes.length) this.grow();
    for (let i = 0; i < length; i++) this.classes[at * length + i] = classes[i]!;
    ids[at] = id;
    if (this.sliced !== null) this.sliced.put(at, classes);
    else if (ids.length > MOST_FEW) this.slice();
    return at;
  }

  /** The id's plate whose classes stand in `classes`. */
  remove(id: number, likelyAt: number): void {
    const { ids } = this;
    if (ids[likelyAt] === id && this.isSame(likelyAt)) return this.takeOut(likelyAt);
    for (let at = this.likelySame(0); at >= 0; at = this.likelySame(at + 1)) {
      if (ids[at] === id && this.isSame(at)) return this.takeOut(at);
    }
  }

  private takeOut(at: number): void {
    this.sliced?.remove(at, classes);
    this.ids[at] = NO_ID;
  }

  /** The lowest number, so that those that are left stand in few blocks. */
  private firstFree(): number {
    const { sliced, ids } = this;
    if (sliced !== null) return sliced.firstFree();
    const at = ids.indexOf(NO_ID);
    return at < 0 ? ids.length : at;
  }

  /** Numbers of those that may be near the plate of that length whose classes stand in `classes`, into `maybe`. @returns how many */
  mayBeNear(length: number, isCloser: boolean): number {
    const { sliced, ids } = this;
    if (sliced !== null) return sliced.mayBeNear(classes, length, isCloser, maybe);
    let count = 0;
    for (let at = 0; at < ids.length; at++) if (ids[at] !== NO_ID) maybe[count++] = at;
    return count;
  }

  private likelySame(from: number): number {
    const { sliced, ids } = this;
    if (sliced !== null) return sliced.likelySame(classes, from);
    for (let at = from; at < ids.length; at++) if (ids[at] !== NO_ID) return at;
    return -1;
  }

  private isSame(at: number): boolean {
    const { length } = this;
    for (let i = 0; i < length; i++) if (this.classes[at * length + i] !== classes[i]) return false;
    return true;
  }

  private slice(): void {
    const { length, ids } = this;
    this.sliced = new SlicedPlates(length);
    for (let at = 0; at < ids.length; at++) {
      if (ids[at] !== NO_ID) this.sliced.put(at, this.classes.subarray(at * length, (at + 1) * length));
    }
  }

  /** Room for twice as many. */
  private grow(): void {
    const wider = new Uint8Array(2 * this.classes.length);
    wider.set(this.classes);
    this.classes = wider;
  }
}

const NO_ID = -1;

/** Few, for most garages are small; doubled as needed. */
const FIRST_PLATES = 8;
/** So many are quicker compared one by one. */
const MOST_FEW = 16;

/** Of the plate that is sought, put or removed, whichever index it is in. */
const classes = new Uint8Array(LONGEST_PLATE);
const sought = new LookAlikePattern();
let restsOfSought = 0;
/** What `sought` and its rests are is found out when the first comes that may be near. */
let isSoughtReady = false;
/** Numbers of plates that may be near; what stands behind is of earlier searches. */
const maybe: number[] = [];
const soughtRests = new Int32Array(MOST_RESTS);
const storedRests = new Int32Array(MOST_RESTS);

function isNear({ length: ownLength, classes: stored }: PlateGroup, at: number, length: number): boolean {
  if (!isSoughtReady) {
    isSoughtReady = true;
    restsOfSought = 0;
    sought.classes.set(classes);
    sought.use(length);
  }
  return sought.isNear(stored, at * ownLength, ownLength);
}

function haveCommonRest({ length: ownLength, classes: stored }: PlateGroup, at: number, length: number): boolean {
  if (restsOfSought === 0) restsOfSought = writeRests(classes, 0, length, soughtRests);
  const rests = writeRests(stored, at * ownLength, ownLength, storedRests);
  for (let i = 0; i < restsOfSought; i++) {
    for (let j = 0; j < rests; j++) if (soughtRests[i] === storedRests[j]) return true;
  }
  return false;
}

/** Of no more than one evidence at a time. */
const alone = new PlateIndex();
const foundAlone = new FoundPlates();
