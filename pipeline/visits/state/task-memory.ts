import { viewOf } from '../../records/slab.ts';
import { instantiate } from '../../webassembly/instantiate.ts';
import { RECORD_BYTES, STAY_BYTES } from './place-numbers.ts';

/**
 * The memory in which stands what is derived from the stays of a task and asked at each read, apart from the collector's heap:
 * `wasm/garage-state.wasm.ts`. Its parts have names of their own here: `ReadHashes`, `StayColumns`, `PlateStays`, `LaneTrace`.
 */
export class TaskMemory {
  /** Where it stands, for what `garageState` has. */
  readonly task = garageState.makeTask();
  /** Words that say where the columns of stays begin, and the records of plates. */
  private readonly staysPlace = garageState.staysPlaceAt(this.task) / 4;
  private readonly recordsPlace = garageState.recordsPlaceAt(this.task) / 4;

  constructor() {
    dropped.register(this, this.task);
  }

  /** A word of the stay that has the slot. @param field as `place-numbers.ts` has it */
  wordOfStay(slot: number, field: number): number {
    const words = stateWords();
    return words[((words[this.staysPlace]! + field) >>> 2) + (STAY_BYTES / 4) * slot]!;
  }

  /** A time of the stay that has the slot; likewise. */
  timeOfStay(slot: number, field: number): number {
    return stateDoubles()[((stateWords()[this.staysPlace]! + field) >>> 3) + (STAY_BYTES / 8) * slot]!;
  }

  /** A word of a plate, by its number. */
  wordOfPlate(plate: number, field: number): number {
    const words = stateWords();
    return words[((words[this.recordsPlace]! + field) >>> 2) + (RECORD_BYTES / 4) * plate]!;
  }

  /** A time of a plate. */
  timeOfPlate(plate: number, field: number): number {
    return stateDoubles()[((stateWords()[this.recordsPlace]! + field) >>> 3) + (RECORD_BYTES / 8) * plate]!;
  }
}

/** What the module exports; addresses are in its memory, which may grow by whatever adds something. */
interface GarageState {
  readonly memory: WebAssembly.Memory;
  askedAt(): number;
  soughtAt(): number;
  mostSought(): number;
  foundAt(): number;
  nearbyAt(): number;
  lookedAt(): number;
  staysPlaceAt(task: number): number;
  recordsPlaceAt(task: number): number;
  makeTask(): number;
  dropTask(task: number): void;

  addRead(task: number, camera: number, readIdHash: number): void;
  removeRead(task: number, camera: number, readIdHash: number): 0 | 1;
  mayHaveRead(task: number, camera: number, readIdHash: number): 0 | 1;

  makeRoomFor(task: number, slot: number): void;
  setDueAt(task: number, slot: number, at: number): void;
  setLastSeenAt(task: number, slot: number, at: number): void;
  setLeftAt(task: number, slot: number, at: number): void;
  setInsideAt(task: number, slot: number, place: number): void;

  findPlate(task: number, garage: number, country: number): number;
  givePlate(task: number, garage: number, country: number): number;
  giveOddPlate(task: number, garage: number): number;
  addStay(task: number, plate: number, slot: number): void;
  removeStay(task: number, slot: number, wasOpen: boolean): number;
  nextSlot(task: number, slot: number): number;
  sumPlate(task: number, plate: number, arePlain: boolean, open: number, endedAt: number, endedLast: number): void;
  noteOpen(task: number, plate: number, slot: number): void;
  plateChanged(task: number, plate: number): void;

  makeTrace(task: number): number;
  addToTrace(trace: number, at: number, slot: number): void;
  removeFromTrace(trace: number, at: number, slot: number): 0 | 1;
  removeAnyFromTrace(trace: number, at: number, slot: number): 0 | 1;
  addBeside(trace: number, other: number): void;
  forgetBeside(trace: number): void;
  findNear(trace: number, at: number, withinMs: number, anyWithinMs: number, besideWithinMs: number): void;
  setNextTrace(trace: number, next: number): void;
  findEndedSince(task: number, first: number, from: number, at: number): void;
  findLeft(task: number, first: number, from: number, to: number, until: number, soughtCount: number): void;
  traceFirstFrom(trace: number, at: number): number;
  traceEnd(trace: number): number;

  soughtPlatesAt(): number;
  storedPlatesAt(): number;
  areEvidencesNear(soughtCount: number, storedCount: number): number;
  soughtClassesAt(): number;
  classesOfBytesAt(): number;
  makeNear(task: number): number;
  putNear(near: number, length: number, id: number, before: number): number;
  removeNear(near: number, length: number, id: number): void;
  removeNearFrom(near: number, first: number, id: number): 0 | 1;
  seekAskedNear(near: number, but: number): void;
  seekNear(near: number, length: number, but: number, isCandidate: boolean): void;
  leaveOutNear(near: number, id: number): void;
  findInside(task: number, near: number, ownPlate: number, after: number, upTo: number): void;

  makeIds(task: number): number;
  addLane(ids: number, hash: number, trace: number): 0 | 1;
  addCamera(ids: number, hash: number, counts: number): 0 | 1;
  makeCounts(task: number, number: number): number;
  addToCounts(counts: number, at: number): void;
  removeFromCounts(counts: number, at: number): void;
  countBetween(counts: number, from: number, to: number): number;
  firstCountedFrom(counts: number, interval: number): number;
  closedRowAt(): number;
  closedRowFoundAt(): number;
  takeClosedRowApart(): number;
  forgetStay(task: number, ids: number, slot: number, reads: number): number;

  look(
    task: number, due: number, camera: number, counts: number, readIdHash: number, garage: number, country: number, trace: number,
    at: number, withinMs: number, anyWithinMs: number, besideWithinMs: number,
  ): 0 | 1;
  enter(
    task: number, due: number, inside: number, garage: number, country: number, plate: number, slot: number, camera: number,
    counts: number, readIdHash: number, trace: number, at: number, dueAt: number,
  ): number;
  goOn(
    task: number, due: number, inside: number, slot: number, camera: number, counts: number, readIdHash: number, trace: number,
    at: number, dueAt: number, leaves: boolean,
  ): number;

  makeDue(task: number): number;
  dueSize(due: number): number;
  firstDueSlot(due: number): number;
  pushDue(due: number, at: number, slot: number): number;
  popDue(due: number): void;
  isStayDue(task: number, garage: number, slot: number, at: number): 0 | 1;
  dropStaleDue(task: number, due: number, garage: number): void;
  takeDue(task: number, due: number, garage: number): number;
  compactDue(task: number, due: number, garage: number): void;
}

export const garageState = instantiate<GarageState>(new URL('./wasm/garage-state.wasm', import.meta.url));

const dropped = new FinalizationRegistry<number>((task) => garageState.dropTask(task));

/** Empty when the memory has grown. They are asked for at many places, each with a copy of what asks: to make them anew is called. */
let words = new Int32Array(0);
let bytes = new Uint8Array(0);
let doubles = new Float64Array(0);
/** Of `viewed`, which shows when the memory has grown. */
let view: DataView = new DataView(new ArrayBuffer(0));
let viewed = new Uint8Array(0);

/** All of the memory, until it grows: to be asked for anew after each call that adds something. */
export function stateWords(): Int32Array {
  if (words.length === 0) viewAnew();
  return words;
}

/** The same, byte by byte. */
export function stateBytes(): Uint8Array {
  if (bytes.length === 0) viewAnew();
  return bytes;
}

/** The same as numbers of eight bytes. */
export function stateDoubles(): Float64Array {
  if (doubles.length === 0) viewAnew();
  return doubles;
}

function viewAnew(): void {
  const { buffer } = garageState.memory;
  words = new Int32Array(buffer);
  bytes = new Uint8Array(buffer);
  doubles = new Float64Array(buffer);
}

/** The same, for `copyBytes`. */
export function stateView(): DataView {
  if (viewed.length > 0) return view;
  viewed = new Uint8Array(garageState.memory.buffer);
  return (view = viewOf(viewed));
}

const noSlots: readonly number[] = [];

/** The slots that were found, in a list that is written over. @param foundAt where their count stands, and then where they are */
export function slotsAt(foundAt: number, list: number[]): readonly number[] {
  const words = stateWords();
  const count = words[foundAt >>> 2]!;
  if (count === 0) return noSlots;
  const first = words[(foundAt >>> 2) + 1]! >>> 2;
  // One by one it keeps its room for those found next.
  while (list.length > count) list.pop();
  for (let i = 0; i < count; i++) list[i] = words[first + i]!;
  return list;
}

/** Those that were found last: a list that is written over by what is found next. */
export function slotsFound(): readonly number[] {
  return slotsAt(FOUND, found);
}

const FOUND = garageState.foundAt();
const found: number[] = [];
