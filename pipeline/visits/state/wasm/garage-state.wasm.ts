import { areNear, soughtPlates, storedPlates } from '../../matching/wasm/near-evidences.as';
import { NearPlates } from '../../matching/wasm/near-plates.as';
import { NO_PLACE } from '../../matching/shared-numbers';
import { sought as soughtClasses } from '../../matching/wasm/sought-plate.as';
import { AT, CAMERA, LANE_HASH, READ_ID_HASH } from '../closed-row-numbers';
import { NO_PLATE, NO_SLOT, NO_STAY, NOT_THERE, SEVERAL } from '../place-numbers';
import { PLATE_BYTES, SOUGHT_BYTES } from '../trace-numbers';
import { asked, askedAsSought, classesOfBytes, isAskedLong, seekAsked, writeAskedClasses } from './asked-plate.as';
import { found as foundOfRow, readAt, row, takeApart } from './closed-row.as';
import { DueSlots, Entries } from './due-slots.as';
import { FoundSlots } from './found-slots.as';
import { GarageIds } from './garage-ids.as';
import { NOBODYS } from './id-hashes.as';
import { IntervalCounts } from './interval-counts.as';
import { LaneTrace } from './lane-trace.as';
import { looked, nearby, tellLooked } from './look.as';
import { PlateStays } from './plate-stays.as';
import { ReadHashes } from './read-hashes.as';
import { StayColumns } from './stay-columns.as';

/**
 * What is derived from the stays of a task and asked at each read: which reads are remembered, which stays a plate has, what was read at a
 * lane. All of it in one memory, so that what a read asks of it, or changes of it, is one call. `../task-memory.ts` names them.
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
  /** Likewise. */
  due: DueSlots | null = null;
  /** Likewise. */
  counts: IntervalCounts | null = null;
  /** Likewise. */
  near: NearPlates | null = null;
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

/** What was found last, but for what was near the read at hand. Two words: how many slots, and where they stand. */
const found = new FoundSlots();

export function foundAt(): usize {
  return changetype<usize>(found);
}

/** Likewise, of the read at hand. */
export function nearbyAt(): usize {
  return changetype<usize>(nearby);
}

/** As `../place-numbers.ts` says. */
export function lookedAt(): usize {
  return looked;
}

/** A word that says where the columns of stays begin. */
export function staysPlaceAt(task: TaskState): usize {
  return task.columns.placeAt();
}

/** A word that says where the records of plates begin. */
export function recordsPlaceAt(task: TaskState): usize {
  return task.plates.recordsPlaceAt();
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
  dropAll<LaneTrace>(task.traces);
  dropAll<GarageIds>(task.ids);
  dropAll<DueSlots>(task.due);
  dropAll<IntervalCounts>(task.counts);
  dropAll<NearPlates>(task.near);
  heap.free(changetype<usize>(task));
}

/** What was made last, and all that hang on it. */
function dropAll<T>(last: T | null): void {
  for (let one = last; one !== null; ) {
    const before = one.before;
    one.drop();
    one = before;
  }
}

/** What a look touches before it asks: kept, or a look for nothing would be left out. */
let touched: i32 = 0;

/**
 * Looks for the read at hand, by the asked plate: what `../read-look.ts` tells of it.
 *
 * First once where each of these is looked for first: it stands somewhere in megabytes. Asked one after the other each is waited for as
 * long as hundreds of steps take; side by side, with no turn to take by what is found, they are fetched together.
 *
 * Memory may grow. @returns whether the read may be known: not surely new
 */
export function look(
  task: TaskState, due: DueSlots, camera: u32, counts: IntervalCounts, readIdHash: u32, garage: i32, country: i32, trace: LaneTrace, at: f64,
  withinMs: f64, anyWithinMs: f64, besideWithinMs: f64,
): bool {
  const reads = task.reads;
  const plates = task.plates;
  const readPlace = reads.placeOf(camera, readIdHash);
  const platePlace = plates.placeOf(garage, country);
  touched = load<i32>(readPlace) + load<i32>(platePlace) + i32(trace.lastAt()) + counts.lookAt() + i32(due.lookAhead());
  tellLooked(plates.find(garage, country));
  findNearInto(nearby, trace, at, withinMs, anyWithinMs, besideWithinMs);
  return reads.mayHave(camera, readIdHash);
}

/** By the asked plate, or, where it is too long, by the first that is sought. */
function findNearInto(into: FoundSlots, trace: LaneTrace, at: f64, withinMs: f64, anyWithinMs: f64, besideWithinMs: f64): void {
  into.clear();
  if (!isAskedLong()) seekAsked();
  const plate = isAskedLong() ? sought : askedAsSought;
  trace.near(at, withinMs, anyWithinMs, plate, 1, into);
  if (besideWithinMs > 0) trace.nearBeside(at, besideWithinMs, plate, 1, into);
}

/**
 * Finds the slots of stays read at the lane less than `withinMs` from `at`, and at those beside it less than `besideWithinMs`, by a plate
 * that could be the asked one; and at the lane less than `anyWithinMs` from it by any. Memory may grow.
 */
export function findNear(trace: LaneTrace, at: f64, withinMs: f64, anyWithinMs: f64, besideWithinMs: f64): void {
  findNearInto(found, trace, at, withinMs, anyWithinMs, besideWithinMs);
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

export function setDueAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setDueAt(slot, at);
}

export function setLastSeenAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setLastSeenAt(slot, at);
}

export function setLeftAt(task: TaskState, slot: i32, at: f64): void {
  task.columns.setLeftAt(slot, at);
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

export function nextSlot(task: TaskState, slot: i32): i32 {
  return task.plates.nextSlot(slot);
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

export function addBeside(trace: LaneTrace, other: LaneTrace): void {
  trace.addBeside(other);
}

export function forgetBeside(trace: LaneTrace): void {
  trace.forgetBeside();
}

/** A read of the stay that has the slot came in, by the asked plate. */
function remember(task: TaskState, slot: i32, camera: u32, counts: IntervalCounts, readIdHash: u32, trace: LaneTrace, at: f64): void {
  task.reads.add(camera, readIdHash);
  counts.add(at);
  trace.add(at, slot);
}

/**
 * A plain stay begins by a read of the asked plate, and is due. Memory may grow.
 * @param inside where that plate is put, unless it is too long @param plate its number; NO_PLATE: it has none yet
 * @returns as `pushDue` does
 */
export function enter(
  task: TaskState, due: DueSlots, inside: NearPlates, garage: i32, country: i32, plate: i32, slot: i32, camera: u32, counts: IntervalCounts,
  readIdHash: u32, trace: LaneTrace, at: f64, dueAt: f64,
): i32 {
  const columns = task.columns;
  const plates = task.plates;
  columns.makeRoomFor(slot);
  columns.setDueAt(slot, dueAt);
  columns.setLastSeenAt(slot, at);
  columns.setLeftAt(slot, 0);
  const number = plate == NO_PLATE ? plates.give(garage, country) : plate;
  plates.add(number, slot);
  plates.noteOpen(number, slot);
  const length = writeAskedClasses(soughtClasses);
  columns.setInsideAt(slot, length == 0 ? NO_PLACE : inside.put(length, slot, NO_PLACE));
  remember(task, slot, camera, counts, readIdHash, trace, at);
  return pushDue(due, dueAt, slot);
}

/**
 * A plain stay goes on by a read of the asked plate: it ends, or a passage of it grows. Memory may grow.
 * @param inside where its plates stand until it ends @param leaves it ends, by its own plate
 * @returns as `pushDue` does; 0: it has grown, and is due when it was; NOT_THERE: other plates stand where its own should
 */
export function goOn(
  task: TaskState, due: DueSlots, inside: NearPlates, slot: i32, camera: u32, counts: IntervalCounts, readIdHash: u32, trace: LaneTrace, at: f64, dueAt: f64,
  leaves: bool,
): i32 {
  const columns = task.columns;
  if (leaves && !removeNearFrom(inside, columns.insideAt(slot), slot)) return NOT_THERE;
  remember(task, slot, camera, counts, readIdHash, trace, at);
  if (at > columns.lastSeenAt(slot)) columns.setLastSeenAt(slot, at);
  if (leaves) {
    columns.setLeftAt(slot, at);
    task.plates.sum(columns.plate(slot), true, NO_SLOT, at, slot);
  } else if (dueAt == columns.dueAt(slot)) {
    return 0;
  }
  columns.setDueAt(slot, dueAt);
  return pushDue(due, dueAt, slot);
}

/** Where the classes of a plate are put that is sought, put or removed. */
export function soughtClassesAt(): usize {
  return soughtClasses;
}

/** By the code of a character: its look-alike class. The caller puts them there. */
export function classesOfBytesAt(): usize {
  return classesOfBytes;
}

/** Where the plates of two evidences are put, to hold them against each other. */
export function soughtPlatesAt(): usize {
  return soughtPlates;
}

export function storedPlatesAt(): usize {
  return storedPlates;
}

/** So many plates of each are put. */
export function areEvidencesNear(soughtCount: i32, storedCount: i32): bool {
  return areNear(soughtCount, storedCount);
}

/** Plates of stays or of others; dropped with its task. */
export function makeNear(task: TaskState): usize {
  task.near = new NearPlates(task.near);
  return changetype<usize>(task.near);
}

/** Of the plate whose classes are put. Memory may grow. */
export function putNear(near: NearPlates, length: i32, id: i32, before: i32): i32 {
  return near.put(length, id, before);
}

export function removeNear(near: NearPlates, length: i32, id: i32): void {
  near.leaveOut(id);
  near.remove(length, id);
}

/** @returns false: what stands there is another's */
export function removeNearFrom(near: NearPlates, first: i32, id: i32): bool {
  near.leaveOut(id);
  return near.removeFrom(first, id);
}

/** Of the asked plate, unless it is too long; what was found before is forgotten. Memory may grow. */
export function seekAskedNear(near: NearPlates, but: i32): void {
  near.begin();
  const length = writeAskedClasses(soughtClasses);
  if (length > 0) near.seek(length, but, false);
}

/** As well of the plate whose classes are put. Memory may grow. */
export function seekNear(near: NearPlates, length: i32, but: i32, isCandidate: bool): void {
  near.seek(length, but, isCandidate);
}

export function leaveOutNear(near: NearPlates, id: i32): void {
  near.leaveOut(id);
}

/**
 * Finds the slots of those found near that are not of a plate, have not left, and came in after one time and not after another. Memory may
 * grow.
 */
export function findInside(task: TaskState, near: NearPlates, ownPlate: i32, after: f64, upTo: f64): void {
  const columns = task.columns;
  found.clear();
  for (let i = 0; i < near.found; i++) {
    const slot = near.idAt(i);
    const cameAt = columns.lastSeenAt(slot);
    if (cameAt > after && cameAt <= upTo && columns.leftAt(slot) == 0 && columns.plate(slot) != ownPlate) found.add(slot);
  }
}

/** Dropped with its task. */
export function makeTrace(task: TaskState): usize {
  task.traces = new LaneTrace(task.traces);
  return changetype<usize>(task.traces);
}

export function addToTrace(trace: LaneTrace, at: f64, slot: i32): void {
  trace.add(at, slot);
}

export function removeFromTrace(trace: LaneTrace, at: f64, slot: i32): bool {
  return trace.remove(at, slot);
}

export function removeAnyFromTrace(trace: LaneTrace, at: f64, slot: i32): bool {
  return trace.removeAny(at, slot);
}

/** The garage met another lane, with the trace `next`. */
export function setNextTrace(trace: LaneTrace, next: LaneTrace): void {
  trace.next = next;
}

/** There and at the lanes that were met after it, of so many plates that are sought. */
export function findLeft(task: TaskState, first: LaneTrace, from: f64, to: f64, until: f64, soughtCount: i32): void {
  found.clear();
  for (let trace: LaneTrace | null = first; trace !== null; trace = trace.next) {
    trace.left(from, to, until, sought, soughtCount, task.columns, found);
  }
}

/** Likewise, of any plate. */
export function findEndedSince(task: TaskState, first: LaneTrace, from: f64, at: f64): void {
  found.clear();
  for (let trace: LaneTrace | null = first; trace !== null; trace = trace.next) trace.endedSince(from, at, task.columns, found);
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
export function addCamera(ids: GarageIds, hash: u32, counts: usize): bool {
  return ids.cameras.add(hash, counts);
}

/** Of a camera's reads, by its number, or of others; dropped with its task. */
export function makeCounts(task: TaskState, number: i32): usize {
  task.counts = new IntervalCounts(task.counts, number);
  return changetype<usize>(task.counts);
}

export function addToCounts(counts: IntervalCounts, at: f64): void {
  counts.add(at);
}

export function removeFromCounts(counts: IntervalCounts, at: f64): void {
  counts.remove(at);
}

export function countBetween(counts: IntervalCounts, from: f64, to: f64): i32 {
  return counts.between(from, to);
}

export function firstCountedFrom(counts: IntervalCounts, interval: f64): f64 {
  return counts.firstFrom(interval);
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
  // Where all of it stands is fetched side by side, as in `look`.
  let seen = task.plates.garage(task.columns.plate(slot));
  for (let i = 0; i < reads; i++) {
    const read = readAt(i);
    seen += load<i32>(task.reads.placeOf(load<u32>(read, usize(CAMERA) << 2), load<u32>(read, usize(READ_ID_HASH) << 2)));
  }
  touched = seen;
  for (let i = 0; i < reads; i++) {
    const read = readAt(i);
    const camera = load<u32>(read, usize(CAMERA) << 2);
    if (!task.reads.remove(camera, load<u32>(read, usize(READ_ID_HASH) << 2))) return NOT_THERE;
    const trace = ids.lanes.of(load<u32>(read, usize(LANE_HASH) << 2));
    if (trace == NOBODYS || !changetype<LaneTrace>(trace).removeAny(load<f64>(read, usize(AT) << 3), slot)) return NOT_THERE;
    const counts = ids.cameras.of(camera);
    if (counts == NOBODYS) return NOT_THERE;
    changetype<IntervalCounts>(counts).remove(load<f64>(read, usize(AT) << 3));
    store<i32>(read, changetype<IntervalCounts>(counts).number, usize(CAMERA) << 2);
  }
  task.columns.setDueAt(slot, NO_STAY);
  return task.plates.remove(slot, false);
}

/** Of a garage; dropped with its task. */
export function makeDue(task: TaskState): usize {
  task.due = new DueSlots(task.due);
  return changetype<usize>(task.due);
}

export function dueSize(due: DueSlots): i32 {
  return due.size;
}

/** Of the first. */
export function firstDueSlot(due: DueSlots): i32 {
  return due.firstSlot();
}

/** @returns how many there are then */
export function pushDue(due: DueSlots, at: f64, slot: i32): i32 {
  due.push(at, slot);
  return due.size;
}

export function popDue(due: DueSlots): void {
  due.pop();
}

/** Whether the stay that has the slot now is of the garage, and due then. */
export function isStayDue(task: TaskState, garage: i32, slot: i32, at: f64): bool {
  return task.columns.dueAt(slot) == at && task.plates.garage(task.columns.plate(slot)) == garage;
}

/** Drops the first ones as long as they don't hold any more. */
export function dropStaleDue(task: TaskState, due: DueSlots, garage: i32): void {
  while (due.size > 0 && !isStayDue(task, garage, due.firstSlot(), due.firstAt())) due.pop();
}

/**
 * Takes out the slot of the garage's only stay that is due first; NO_SLOT: of what was noted for that time nothing holds any more;
 * SEVERAL: so many stays are due then, and their slots are left, each once.
 */
export function takeDue(task: TaskState, due: DueSlots, garage: i32): i32 {
  const at = due.firstAt();
  let first = NO_SLOT;
  while (due.firstAt() == at) {
    const slot = due.firstSlot();
    due.pop();
    if (slot == first || !isStayDue(task, garage, slot, at)) continue;
    if (first != NO_SLOT) {
      due.push(at, first);
      due.push(at, slot);
      return SEVERAL;
    }
    first = slot;
  }
  return first;
}

/** Drops what does not hold any more. Memory may grow. */
export function compactDue(task: TaskState, due: DueSlots, garage: i32): void {
  const kept = new Entries();
  while (due.size > 0) {
    const at = due.firstAt();
    const slot = due.firstSlot();
    due.pop();
    if (isStayDue(task, garage, slot, at) && !kept.endsWith(at, slot)) kept.insert(at, slot);
  }
  due.keep(kept);
}
