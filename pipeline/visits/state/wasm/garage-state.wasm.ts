import { SOUGHT_BYTES, PLATE_BYTES } from '../trace-numbers';
import { asked, askedAsSought, isAskedLong, seekAsked } from './asked-plate.as';
import { AT, CAMERA, LANE_HASH, READ_ID_HASH } from '../closed-row-numbers';
import { found as foundOfRow, readAt, row, takeApart } from './closed-row.as';
import { findAnew, found } from './found-slots.as';
import { GarageIds } from './garage-ids.as';
import { NOBODYS } from './id-hashes.as';
import { LaneTrace } from './lane-trace.as';
import { PlateStays } from './plate-stays.as';
import { ReadHashes } from './read-hashes.as';
import { StayColumns } from './stay-columns.as';

/**
 * What is derived from the stays of a task and asked at each read: which reads are remembered, which stays a plate has, what was read at a
 * lane. All of it in one memory, so that what a read asks of it, or changes of it, is one call. `../garage-state.ts` names them.
 */
@unmanaged
class TaskState {
  reads: ReadHashes = new ReadHashes();
  columns: StayColumns = new StayColumns();
  plates!: PlateStays;
  /** The trace that was made last; those before it hang on it. */
  traces: LaneTrace | null = null;
  /** Likewise. */
  ids: GarageIds | null = null;
}

/** Plates that are sought in traces: the caller puts so many there. */
const MOST_SOUGHT: i32 = 32;
/** A load of a plate's last characters may reach into what stands behind. */
const sought: usize = memory.data(SOUGHT_BYTES * MOST_SOUGHT + PLATE_BYTES, 16);

// What is never touched costs nothing; what stands in views of memory must be viewed anew whenever it has grown.
memory.grow(1024);

export function askedAt(): usize {
  return asked;
}

export function soughtAt(): usize {
  return sought;
}

export function mostSought(): i32 {
  return MOST_SOUGHT;
}

/** Two words: how many slots were found, and where they stand. */
export function foundAt(): usize {
  return found;
}

export function makeTask(): usize {
  const task = new TaskState();
  task.plates = new PlateStays(task.columns);
  return changetype<usize>(task);
}

/** And all that was made for it. */
export function dropTask(task: TaskState): void {
  task.reads.drop();
  task.plates.drop();
  task.columns.drop();
  for (let trace = task.traces; trace !== null; ) {
    const before = trace.before;
    trace.drop();
    trace = before;
  }
  for (let ids = task.ids; ids !== null; ) {
    const before = ids.before;
    ids.drop();
    ids = before;
  }
  heap.free(changetype<usize>(task));
}

/**
 * Looks once where it will be looked for the read's id, for the asked plate and for what was read at its lane: each of these stands somewhere in
 * megabytes. Asked one after the other each is waited for as long as hundreds of steps take; side by side, with no turn to take by what
 * is found, they are fetched together.
 * @returns of no use: a look for nothing would be left out
 */
export function lookAt(task: TaskState, camera: u32, readIdHash: u32, garage: i32, country: i32, trace: LaneTrace | null): i32 {
  const readPlace = task.reads.placeOf(camera, readIdHash);
  const platePlace = task.plates.placeOf(garage, country);
  return load<i32>(readPlace) + load<i32>(platePlace) + (trace === null ? 0 : i32(trace.lastAt()));
}

export function addRead(task: TaskState, camera: u32, readIdHash: u32): void {
  task.reads.add(camera, readIdHash);
}

export function removeRead(task: TaskState, camera: u32, readIdHash: u32): bool {
  return task.reads.remove(camera, readIdHash);
}

export function mayHaveRead(task: TaskState, camera: u32, readIdHash: u32): bool {
  return task.reads.mayHave(camera, readIdHash);
}

export function makeRoomFor(task: TaskState, slot: i32): void {
  task.columns.makeRoomFor(slot);
}

export function dueAt(task: TaskState, slot: i32): f64 {
  return task.columns.dueAt(slot);
}

export function setDueAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setDueAt(slot, at);
}

export function lastSeenAt(task: TaskState, slot: i32): f64 {
  return task.columns.lastSeenAt(slot);
}

export function setLastSeenAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setLastSeenAt(slot, at);
}

export function leftAt(task: TaskState, slot: i32): f64 {
  return task.columns.leftAt(slot);
}

export function setLeftAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setLeftAt(slot, at);
}

export function insideAt(task: TaskState, slot: i32): i32 {
  return task.columns.insideAt(slot);
}

export function setInsideAt(task: TaskState, slot: i32, place: i32): void {
  task.columns.setInsideAt(slot, place);
}

export function findPlate(task: TaskState, garage: i32, country: i32): i32 {
  return task.plates.find(garage, country);
}

export function givePlate(task: TaskState, garage: i32, country: i32): i32 {
  return task.plates.give(garage, country);
}

export function giveOddPlate(task: TaskState, garage: i32): i32 {
  return task.plates.giveOdd(garage);
}

export function addStay(task: TaskState, plate: i32, slot: i32): void {
  task.columns.makeRoomFor(slot);
  task.plates.add(plate, slot);
}

export function removeStay(task: TaskState, slot: i32, wasOpen: bool): i32 {
  return task.plates.remove(slot, wasOpen);
}

export function plateOf(task: TaskState, slot: i32): i32 {
  return task.columns.plate(slot);
}

export function garageOf(task: TaskState, plate: i32): i32 {
  return task.plates.garage(plate);
}

export function firstSlot(task: TaskState, plate: i32): i32 {
  return task.plates.firstSlot(plate);
}

export function nextSlot(task: TaskState, slot: i32): i32 {
  return task.plates.nextSlot(slot);
}

export function plateFlags(task: TaskState, plate: i32): i32 {
  return task.plates.flags(plate);
}

export function openSlot(task: TaskState, plate: i32): i32 {
  return task.plates.open(plate);
}

export function endedAt(task: TaskState, plate: i32): f64 {
  return task.plates.endedAt(plate);
}

export function endedLast(task: TaskState, plate: i32): i32 {
  return task.plates.endedLast(plate);
}

export function sumPlate(task: TaskState, plate: i32, arePlain: bool, open: i32, endedAt: f64, endedLast: i32): void {
  task.plates.sum(plate, arePlain, open, endedAt, endedLast);
}

export function noteOpen(task: TaskState, plate: i32, slot: i32): void {
  task.plates.noteOpen(plate, slot);
}

export function plateChanged(task: TaskState, plate: i32): void {
  task.plates.changed(plate);
}

/** Dropped with its task. */
export function makeTrace(task: TaskState): usize {
  task.traces = new LaneTrace(task.traces);
  return changetype<usize>(task.traces);
}

export function addToTrace(trace: LaneTrace, at: f64, slot: i32): void {
  trace.add(at, slot);
}

export function traceLastAt(trace: LaneTrace): f64 {
  return trace.lastAt();
}

export function removeFromTrace(trace: LaneTrace, at: f64, slot: i32): bool {
  return trace.remove(at, slot);
}

export function removeAnyFromTrace(trace: LaneTrace, at: f64, slot: i32): bool {
  return trace.removeAny(at, slot);
}

/** Of the asked plate, or, where it is too long, of the first that is sought. */
export function findNear(trace: LaneTrace, at: f64, withinMs: f64, anyWithinMs: f64): void {
  findAnew();
  if (!isAskedLong()) seekAsked();
  trace.near(at, withinMs, anyWithinMs, isAskedLong() ? sought : askedAsSought, 1);
}

/** Of so many that are sought. */
export function findLeft(task: TaskState, trace: LaneTrace, from: f64, to: f64, until: f64, soughtCount: i32): void {
  findAnew();
  trace.left(from, to, until, sought, soughtCount, task.columns);
}

/** Where the first entry stands that is not before. */
export function traceFirstFrom(trace: LaneTrace, at: f64): usize {
  return trace.firstFrom(at);
}

/** Where entries end. */
export function traceEnd(trace: LaneTrace): usize {
  return trace.end();
}

/** Of a garage; dropped with its task. */
export function makeIds(task: TaskState): usize {
  task.ids = new GarageIds(task.ids);
  return changetype<usize>(task.ids);
}

/** @returns false: another lane has the same hash */
export function addLane(ids: GarageIds, hash: u32, trace: usize): bool {
  return ids.lanes.add(hash, trace);
}

/** @returns false: another camera has the same hash */
export function addCamera(ids: GarageIds, hash: u32, number: i32): bool {
  return ids.cameras.add(hash, number);
}

export function closedRowAt(): usize {
  return row;
}

export function closedRowFoundAt(): usize {
  return foundOfRow;
}

export { takeApart as takeClosedRowApart };

/**
 * Forgets the stay whose row was taken apart last. The numbers of its cameras stand then where their hashes stood.
 * @param ids of its garage @param reads how many it has
 * @returns as `removeStay` does; NOT_THERE: a read was not remembered
 */
export function forgetStay(task: TaskState, ids: GarageIds, slot: i32, reads: i32): i32 {
  for (let i = 0; i < reads; i++) {
    const read = readAt(i);
    const camera = load<u32>(read, usize(CAMERA) << 2);
    if (!task.reads.remove(camera, load<u32>(read, usize(READ_ID_HASH) << 2))) return NOT_THERE;
    const trace = ids.lanes.of(load<u32>(read, usize(LANE_HASH) << 2));
    if (trace == NOBODYS || !changetype<LaneTrace>(trace).removeAny(load<f64>(read, usize(AT) << 3), slot)) return NOT_THERE;
    store<i32>(read, i32(ids.cameras.of(camera)), usize(CAMERA) << 2);
  }
  task.columns.setDueAt(slot, NO_STAY);
  return task.plates.remove(slot, false);
}

const NO_STAY: f64 = -1;
const NOT_THERE: i32 = -2;
