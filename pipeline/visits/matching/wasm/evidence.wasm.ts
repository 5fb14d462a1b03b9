import { EXPLAINED_FROM, MAY_BE_LINKED, NONE_IS_NEAR, RIGHT_STEPS, UNLIKE_STEP_MS, UNLIKE_STEPS } from '../shared-numbers';
import { Channel, CHANNEL_BYTES, misreadBoth } from './channel.as';
import { asFleetMates } from './fleet-mates.as';
import * as likelihood from './likelihood.as';
import { asOneVehicle } from './one-vehicle.as';
import { asPlaceMates } from './place-mates.as';
import * as population from './population.as';
import { Prepared, PREPARED_BYTES, prepareAlike, prepareTexts, Text, TEXT_BYTES } from './prepared.as';
import * as rowReading from './row-reading.as';
import { sharedPlates } from './shared-plates.as';
import { classes, standsFirst } from './symbols.as';

/** What two readings say of each other, and what that takes: `../prepared.ts` and `../same-vehicle.ts` are its callers. */

const found: usize = memory.data(16, 8);
const rights: usize = memory.data(16 * (RIGHT_STEPS + 1), 8);
const unlike: usize = memory.data(8 * UNLIKE_STEPS, 8);

/** Memory may grow, as with all that is made. What it holds, `../channel.ts` lays down. */
export function makeChannel(): usize {
  return heap.alloc(CHANNEL_BYTES);
}

export function makeText(): usize {
  return heap.alloc(TEXT_BYTES);
}

export function makePrepared(): usize {
  return heap.alloc(PREPARED_BYTES);
}

/** @param number 0: the plate read, else a candidate */
export function textAt(evidence: Prepared, number: i32): Text {
  return evidence.text(number);
}

/** Where a text's symbols are laid down, and behind the room for `LONGEST_PLATE` of them how many they are. */
export function symbolsAt(text: Text): usize {
  return text.symbols;
}

export function tellShare(text: Text): void {
  text.tellShare();
}

export function shareMisread(channel: Channel, read: Text): f64 {
  return population.shareMisread(channel, read.symbols, read.length, read.share);
}

export function weigh(evidence: Prepared, candidate: i32, weight: f64): void {
  evidence.setCandidateChance(candidate, weight);
}

export function prepare(channel: Channel, evidence: Prepared, candidates: i32, right: f64, among: f64, weights: f64): void {
  prepareTexts(channel, evidence, candidates, right, among, weights);
}

export function misread(channel: Channel, plate: Text, read: Text): f64 {
  return f64x2.extract_lane(misreadBoth(channel, plate.symbols, read.symbols, plate.symbols, read.symbols, plate.length, read.length), 0);
}

export function likelihoodOfOther(evidence: Prepared, plate: Text, number: i32, asRead: f64): f64 {
  return likelihood.likelihoodOfOther(evidence, plate, number, asRead);
}

/**
 * How likely both are of one vehicle, in units of what two unrelated ones are. Where that is `EXPLAINED_FROM` or more, `foundAt` has how
 * likely two of a fleet, or of a place, are read so. @param shared see `shared-plates.as.ts`
 */
export function compare(channel: Channel, one: Prepared, other: Prepared, shared: u32): f64 {
  const related = asOneVehicle(channel, one, other, shared);
  if (related >= EXPLAINED_FROM) {
    store<f64>(found, asFleetMates(channel, one, other));
    store<f64>(found, asPlaceMates(one, other, shared), 8);
  }
  return related;
}

/** The same of two that nothing else may be than the plates laid down, which differ. @param right P(the plate read is right), of each */
export function compareLone(channel: Channel, one: Prepared, other: Prepared, right: f64, otherRight: f64): f64 {
  prepareTexts(channel, one, 0, right, 0, 0);
  prepareTexts(channel, other, 0, otherRight, 0, 0);
  return compare(channel, one, other, 0);
}

/**
 * The same of two readings of one plate that nothing else may be, laid down as the one's text: what the other is, but for how sure it is, need
 * not be found out again. @param right P(the plate read is right), of each
 */
export function compareAlike(channel: Channel, one: Prepared, other: Prepared, right: f64, otherRight: f64): f64 {
  prepareTexts(channel, one, 0, right, 0, 0);
  prepareAlike(other, one, otherRight);
  return compare(channel, one, other, 1);
}

/** Where a row is laid down, of `ROW_BYTES` at most. */
export function rowAt(): usize {
  return rowReading.row;
}

/** Reads as what a vehicle was read at its entry. @returns how many candidates; -1: it has none, or for the codec */
export function readEntered(): i32 {
  return rowReading.readEntered();
}

/** Laid down there: P(the plate read is right) at each step of a confidence, of reads without candidates, then of those with some. */
export function rightsAt(): usize {
  return rights;
}

/** Laid down there: by steps of time apart, up to which likelihood (as `compare` has it) two reads are surely not enclosed. */
export function unlikeAt(): usize {
  return unlike;
}

/**
 * Whether surely no read in the row that was made less than `withinMs` from that time is of one vehicle with the sought one, as
 * `../../passages/linked-at-rest.ts` says; a row for the codec surely is not so.
 * @param sought of letters @param isRear of the sought one @param atMs when that was made, ms UTC
 * @param among P(the truth is among the candidates of a misread)
 */
export function isApart(channel: Channel, sought: Prepared, isRear: bool, atMs: f64, withinMs: f64, among: f64): bool {
  if (!rowReading.beginReads()) return false;
  while (true) {
    const candidates = rowReading.nextNear(sought, isRear, atMs, withinMs);
    if (candidates == NONE_IS_NEAR) return true;
    if (candidates == MAY_BE_LINKED) return false;
    const entered = rowReading.entered;
    rowReading.prepareEntered(channel, rightAt(rowReading.confidence(), candidates > 0), candidates > 0 ? among : 0, sought);
    const step = min(i32(rowReading.apartMs() / UNLIKE_STEP_MS), UNLIKE_STEPS - 1);
    if (asOneVehicle(channel, sought, entered, sharedPlates(sought, entered)) > load<f64>(unlike + 8 * usize(step))) return false;
  }
}

/** As `../reliability.ts` has it. */
function rightAt(confidence: f64, hasCandidates: bool): f64 {
  const at = min(max(confidence, 0), 1) * RIGHT_STEPS;
  const step = min(RIGHT_STEPS - 1, i32(at));
  const value = rights + 8 * usize(step + (hasCandidates ? RIGHT_STEPS + 1 : 0));
  return load<f64>(value) + (at - f64(step)) * (load<f64>(value, 8) - load<f64>(value));
}

/** See `rowReading.mayBeNear`. */
export function mayBeNear(sought: Prepared): bool {
  return rowReading.mayBeNear(sought);
}

/** Where the look-alike class of each symbol is laid down. */
export function classesAt(): usize {
  return classes;
}

/** Two numbers of what was read: its confidence, and the codes of its country's letters. */
export function enteredAt(): usize {
  return rowReading.said;
}

/** Whether no plate of it but is of capital letters and digits, and short enough for all of them to be compared: as those that are read are. */
export function isOfLetters(evidence: Prepared): bool {
  for (let i = 0; i <= evidence.candidates; i++) if (!evidence.text(i).isOfLetters()) return false;
  return true;
}

/**
 * As `compare` has it, of one that is of letters and what was read last. @param right P(the plate read is right), of that
 * @param among P(the truth is among the candidates of a misread), likewise @param isEnteredFirst in sums over two readings of one plate
 */
export function compareEntered(channel: Channel, sought: Prepared, right: f64, among: f64, isEnteredFirst: bool): f64 {
  const entered = rowReading.entered;
  rowReading.prepareEntered(channel, right, among, sought);
  const one = sought.text(0);
  const other = entered.text(0);
  // Sums are made in one order, whichever comes first.
  const isSoughtFirst = one.isSame(other) ? !isEnteredFirst : standsFirst(one.symbols, one.length, other.symbols, other.length);
  return isSoughtFirst ? compare(channel, sought, entered, sharedPlates(sought, entered)) :
    compare(channel, entered, sought, sharedPlates(entered, sought));
}

/** As two of one fleet, and as two of one place. */
export function foundAt(): usize {
  return found;
}
