import { instantiate } from '../../webassembly/instantiate.ts';
import type { PlateEvidence } from './evidence.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Finds stored ids (numbers from 0 on) whose plate could be the evidence's: its plate near any of their plates and candidates,
 * as `wasm/sought-plate.as.ts` has it, or one of its candidates within one edit. Derived, never stored.
 *
 * The plates stand in the memory of a WebAssembly module, which passes over nearly all of them 128 at a step, so that a thousand
 * vehicles take less than a microsecond, and one that comes or goes costs next to nothing.
 */
export class PlateIndex {
  /** Evidences added and not removed. */
  private added = 0;
  /** Where its plates stand. */
  private readonly plates = nearPlates.makeIndex();

  constructor() {
    useMemory();
    dropped.register(this, this.plates);
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
    const place = this.put(id, plate, NO_PLACE);
    let first = place;
    let last = place;
    for (let i = 0; i < candidates.length; i++) {
      last = this.put(id, candidates[i]!.plate, last);
      if (first === NO_PLACE) first = last;
    }
    return first;
  }

  /** Takes out what was added. @param place what `add` answered @throws if what stands there is another's */
  removeAt(id: number, place: number): void {
    const isItsOwn = place === NO_PLACE || nearPlates.removeFrom(this.plates, place, id) !== 0;
    if (!isItsOwn) throw new Error(`the plates at ${place} are not those of ${id}`);
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
    const count = nearPlates.seek(this.plates, length, but, isCandidate ? 1 : 0);
    if (count === 0) return;
    const ids = words[IDS]! >> WORD;
    for (let i = 0; i < count; i++) found.ids[found.count++] = words[ids + i]!;
    const twins = words[TWINS]!;
    const twinIds = words[TWIN_IDS]! >> WORD;
    for (let i = 0; i < twins; i++) found.twinIds[found.twins++] = words[twinIds + i]!;
  }

  /** @param before what it answered of the evidence's plate before it @returns that, if this is none */
  private put(id: number, plate: string, before: number): number {
    const length = writeClasses(plate, classes);
    if (length === 0) return before;
    const place = nearPlates.put(this.plates, length, id, before);
    useMemory();
    return place;
  }

  private takeOut(id: number, plate: string): void {
    const length = writeClasses(plate, classes);
    if (length > 0) nearPlates.remove(this.plates, length, id);
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
  const place = alone.add(0, stored);
  alone.search(sought, NO_ID, foundAlone);
  alone.removeAt(0, place);
  return foundAlone.count > 0;
}

const NO_ID = -1;
const NO_PLACE = -1;

/** What `wasm/near-plates.wasm.ts` exports; addresses are in its memory. */
export interface NearPlates {
  soughtAt(): number;
  foundAt(): number;
  makeIndex(): number;
  dropIndex(index: number): void;
  put(index: number, length: number, id: number, before: number): number;
  remove(index: number, length: number, id: number): void;
  removeFrom(index: number, first: number, id: number): number;
  seek(index: number, length: number, but: number, isCandidate: 0 | 1): number;
}

const nearPlates = instantiate<NearPlates>(new URL('./wasm/near-plates.wasm', import.meta.url));
/** Memory is given back when an index is collected. */
const dropped = new FinalizationRegistry<number>((index) => nearPlates.dropIndex(index));

/** Of the plate that is sought, put or removed, whichever index it is in. Made anew when the memory has grown, as `words`. */
let classes = new Uint8Array(0);
let words = new Int32Array(0);
const WORD = 2;
const FOUND = nearPlates.foundAt() >> WORD;
const [TWINS, IDS, TWIN_IDS] = [FOUND, FOUND + 1, FOUND + 2];
useMemory();

/** To be called after what may have made the memory grow: views of what it was before are empty then. */
function useMemory(): void {
  if (classes.length > 0) return;
  const { buffer } = nearPlates.memory;
  words = new Int32Array(buffer);
  classes = new Uint8Array(buffer, nearPlates.soughtAt(), LONGEST_PLATE);
}

/** Of no more than one evidence at a time. */
const alone = new PlateIndex();
const foundAlone = new FoundPlates();
