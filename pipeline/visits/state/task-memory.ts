import { viewOf } from '../../records/slab.ts';
import { instantiate } from '../../webassembly/instantiate.ts';

/**
 * The memory in which stands what is derived from the stays of a task and asked at each read, apart from the collector's heap:
 * `wasm/garage-state.wasm.ts`. Its parts have names of their own here: `ReadHashes`, `StayColumns`, `PlateStays`, `LaneTrace`.
 */
export class TaskMemory {
  /** Where it stands, for what `garageState` has. */
  readonly task = garageState.makeTask();

  constructor() {
    dropped.register(this, this.task);
  }
}

/** What the module exports; addresses are in its memory, which may grow by whatever adds something. */
interface GarageState {
  readonly memory: WebAssembly.Memory;
  askedAt(): number;
  soughtAt(): number;
  mostSought(): number;
  foundAt(): number;
  makeTask(): number;
  dropTask(task: number): void;

  addRead(task: number, camera: number, readIdHash: number): void;
  removeRead(task: number, camera: number, readIdHash: number): 0 | 1;
  mayHaveRead(task: number, camera: number, readIdHash: number): 0 | 1;

  lookAt(task: number, camera: number, readIdHash: number, garage: number, country: number, trace: number): number;

  makeRoomFor(task: number, slot: number): void;
  dueAt(task: number, slot: number): number;
  setDueAt(task: number, slot: number, at: number): void;
  lastSeenAt(task: number, slot: number): number;
  setLastSeenAt(task: number, slot: number, at: number): void;
  leftAt(task: number, slot: number): number;
  setLeftAt(task: number, slot: number, at: number): void;
  insideAt(task: number, slot: number): number;
  setInsideAt(task: number, slot: number, place: number): void;

  findPlate(task: number, garage: number, country: number): number;
  givePlate(task: number, garage: number, country: number): number;
  giveOddPlate(task: number, garage: number): number;
  addStay(task: number, plate: number, slot: number): void;
  removeStay(task: number, slot: number, wasOpen: boolean): number;
  plateOf(task: number, slot: number): number;
  garageOf(task: number, plate: number): number;
  firstSlot(task: number, plate: number): number;
  nextSlot(task: number, slot: number): number;
  plateFlags(task: number, plate: number): number;
  openSlot(task: number, plate: number): number;
  endedAt(task: number, plate: number): number;
  endedLast(task: number, plate: number): number;
  sumPlate(task: number, plate: number, arePlain: boolean, open: number, endedAt: number, endedLast: number): void;
  noteOpen(task: number, plate: number, slot: number): void;
  plateChanged(task: number, plate: number): void;

  makeTrace(task: number): number;
  addToTrace(trace: number, at: number, slot: number): void;
  traceLastAt(trace: number): number;
  removeFromTrace(trace: number, at: number, slot: number): 0 | 1;
  removeAnyFromTrace(trace: number, at: number, slot: number): 0 | 1;
  findNear(trace: number, at: number, withinMs: number, anyWithinMs: number): void;
  findLeft(task: number, trace: number, from: number, to: number, until: number, soughtCount: number): void;
  traceFirstFrom(trace: number, at: number): number;
  traceEnd(trace: number): number;

  makeIds(task: number): number;
  addLane(ids: number, hash: number, trace: number): 0 | 1;
  addCamera(ids: number, hash: number, number: number): 0 | 1;
  closedRowAt(): number;
  closedRowFoundAt(): number;
  takeClosedRowApart(): number;
  forgetStay(task: number, ids: number, slot: number, reads: number): number;
}

export const garageState = instantiate<GarageState>(new URL('./wasm/garage-state.wasm', import.meta.url));

const dropped = new FinalizationRegistry<number>((task) => garageState.dropTask(task));

let words = new Int32Array(0);
let bytes = new Uint8Array(0);
let doubles = new Float64Array(0);
/** Of `viewed`, which shows when the memory has grown. */
let view: DataView = new DataView(new ArrayBuffer(0));
let viewed = new Uint8Array(0);

/** All of the memory, until it grows: to be asked for anew after each call that adds something. */
export function stateWords(): Int32Array {
  // Empty when it has grown.
  return words.length > 0 ? words : (words = new Int32Array(garageState.memory.buffer));
}

/** The same, byte by byte. */
export function stateBytes(): Uint8Array {
  return bytes.length > 0 ? bytes : (bytes = new Uint8Array(garageState.memory.buffer));
}

/** The same as numbers of eight bytes. */
export function stateDoubles(): Float64Array {
  return doubles.length > 0 ? doubles : (doubles = new Float64Array(garageState.memory.buffer));
}

/** The same, for `copyBytes`. */
export function stateView(): DataView {
  if (viewed.length > 0) return view;
  viewed = new Uint8Array(garageState.memory.buffer);
  return (view = viewOf(viewed));
}
