import {
  HAS_CANDIDATES, HAS_ENTRY, HAS_EXIT, IS_DECIDED, IS_REAR, IS_RULED, IS_SINGLE, IS_VOID, OTHER_COUNTRY, OTHER_LANE, OTHER_PLATE,
  SAID_OTHERWISE, STAY_FORMAT,
} from '../../state/stay-format';
import { afterShare, afterText, afterTime, shareAt, timeAt } from '../../state/wasm/packed-values.as';
import { afterEvidence } from '../../state/wasm/stay-parts.as';
import { LEAST_WEIGHT, LOST_TOGETHER, MAY_BE_LINKED, MOST_CANDIDATES, NONE_IS_NEAR, ROW_BYTES } from '../shared-numbers';
import { Channel } from './channel.as';
import { Prepared, PREPARED_BYTES, prepareAlike, prepareTexts, Text } from './prepared.as';

/**
 * As what a vehicle was read, from the bytes of its stay's row (`../../state/stay-codec.ts` writes them), which the caller has
 * laid down here: nothing is made of them in JavaScript. What is odd in any way is for the codec.
 */

/** A format version, then the stay; texts are read 16 bytes at a step. */
export const row: usize = memory.data(ROW_BYTES + 16, 16);
/** The reading that was read last; what is known of it but its texts holds once it is prepared. */
export const entered: Prepared = changetype<Prepared>(memory.data(PREPARED_BYTES, 16));
/** Its confidence, and its country: the two letters' codes, the first one's in the low byte. */
export const said: usize = memory.data(16, 8);
const COUNTRY: usize = 8;
/** Of a read that is near: how far apart. */
let apart: f64 = 0;
let candidates: i32 = 0;
/** The sum of what the candidates weigh. */
let weights: f64 = 0;

/** @returns its number of candidates; -1: for the codec */
export function readEntered(): i32 {
  const has = load<u8>(row, 1);
  if (load<u8>(row) != STAY_FORMAT || (has & HAS_ENTRY) == 0 || (has & IS_VOID) != 0) return -1;
  const country = afterText(row + 2);
  const plate = afterText(country);
  let at = afterTime(afterText(plate));
  const passageHas = load<u8>(at);
  // Its plate may be what a person said.
  if (passageHas & IS_RULED) return -1;
  at = afterText(at + 1);
  if (passageHas & IS_SINGLE) {
    const parts = load<u8>(at);
    at = afterTime(afterText(afterText(at + 1))) + 1;
    return readEvidence(parts & OTHER_LANE ? afterText(at) : at, parts, country, plate);
  }
  return readEvidence(at + 2, load<u8>(at, 1), country, plate);
}

/** Of the stay whose reads are passed over: where its country and plate stand, and where what comes next does. */
let stayCountry: usize = 0;
let stayPlate: usize = 0;
let next: usize = 0;
/** Its passages that are left, as in the row's first byte, and how many reads of the one at hand. */
let passagesLeft: i32 = 0;
let readsLeft: i32 = 0;
let isMoreBehind: bool = false;

/** @returns false: for the codec */
export function beginReads(): bool {
  if (load<u8>(row) != STAY_FORMAT) return false;
  passagesLeft = load<u8>(row, 1) & (HAS_ENTRY | HAS_EXIT);
  readsLeft = 0;
  isMoreBehind = false;
  stayCountry = afterText(row + 2);
  stayPlate = afterText(stayCountry);
  next = afterTime(afterText(stayPlate));
  return true;
}

/**
 * Goes on to the next read that was made less than `withinMs` from that time, and reads what it was read as.
 * @param isRear of the read sought @param atMs when that was made, ms UTC
 * @returns its number of candidates; NONE_IS_NEAR: there is none; MAY_BE_LINKED: it is of the same plate, or the other end of a vehicle, or
 * for the codec
 */
export function nextNear(sought: Prepared, isRear: bool, atMs: f64, withinMs: f64): i32 {
  while (true) {
    while (readsLeft == 0) {
      if (passagesLeft == 0) return NONE_IS_NEAR;
      // What stands between two passages is seldom anything.
      if (isMoreBehind) return MAY_BE_LINKED;
      beginPassage();
    }
    readsLeft--;
    const parts = load<u8>(next);
    const time = afterText(afterText(next + 1));
    const words = afterTime(time);
    const evidence = parts & OTHER_LANE ? afterText(words + 1) : words + 1;
    next = afterEvidence(evidence, parts);
    if (parts & SAID_OTHERWISE) next = afterShare(next);
    apart = abs(timeAt(time) - atMs);
    if (apart >= withinMs) continue;
    if (isRear != ((parts & IS_REAR) != 0)) return MAY_BE_LINKED;
    const candidates = readEvidence(evidence, parts, stayCountry, stayPlate);
    if (candidates < 0 || entered.text(0).isSame(sought.text(0))) return MAY_BE_LINKED;
    return candidates;
  }
}

/** How far apart the read that `nextNear` found is, ms. */
@inline
export function apartMs(): f64 {
  return apart;
}

/** Of what was read last. */
@inline
export function confidence(): f64 {
  return load<f64>(said);
}

function beginPassage(): void {
  passagesLeft &= passagesLeft - 1;
  const has = load<u8>(next);
  isMoreBehind = (has & (IS_RULED | IS_DECIDED)) != 0;
  next = afterText(next + 1);
  readsLeft = 1;
  if (has & IS_SINGLE) return;
  readsLeft = load<u8>(next);
  next = afterEvidence(next + 2, load<u8>(next, 1));
}

/** @param country of the stay, and its plate: where they stand */
function readEvidence(from: usize, parts: i32, country: usize, plate: usize): i32 {
  let at = from;
  if (parts & OTHER_PLATE) {
    plate = at;
    at = afterText(at);
  }
  if (parts & OTHER_COUNTRY) {
    country = at;
    at = afterText(at);
  }
  if (!tell(entered.text(0), plate) || load<u8>(country) != 2) return -1;
  store<f64>(said, load<u16>(country, 1), COUNTRY);
  store<f64>(said, shareAt(at));
  at = afterShare(at);
  candidates = 0;
  weights = 0;
  return parts & HAS_CANDIDATES ? readCandidates(at + 1, load<u8>(at)) : 0;
}

function readCandidates(from: usize, count: i32): i32 {
  // Of more the likeliest count, and each plate once: `../prepared.ts` tells which.
  if (count > MOST_CANDIDATES) return -1;
  let at = from;
  for (let i = 1; i <= count; i++) {
    const text = entered.text(i);
    if (!tell(text, at)) return -1;
    for (let j = 0; j < i; j++) if (text.isSame(entered.text(j))) return -1;
    at = afterText(at);
    const weight = LEAST_WEIGHT + shareAt(at);
    at = afterShare(at);
    entered.setCandidateChance(i, weight);
    weights += weight;
  }
  candidates = count;
  return count;
}

/**
 * Prepares what was read, to be compared.
 * @param right P(the plate read is right) @param among P(the truth is among the candidates of a misread), 0: it has none
 * @param sought that it is compared with
 */
export function prepareEntered(channel: Channel, right: f64, among: f64, sought: Prepared): void {
  if (candidates == 0 && sought.candidates == 0 && entered.text(0).isSame(sought.text(0))) prepareAlike(entered, sought, right);
  else prepareTexts(channel, entered, candidates, right, among, weights);
}

/**
 * False: surely no plate of what was read last is near any of the other's, which are of letters. Then of each two each has more characters
 * that the other has not than come and go by two edits, or with an end.
 */
export function mayBeNear(sought: Prepared): bool {
  for (let i = 0; i <= sought.candidates; i++) {
    const plate = sought.text(i);
    const has = plate.classes();
    for (let j = 0; j <= candidates; j++) {
      const other = entered.text(j);
      const hasOther = other.classes();
      const most = plate.length == other.length ? 2 : LOST_TOGETHER;
      if (popcnt(has & ~hasOther) <= most && popcnt(hasOther & ~has) <= most) return true;
    }
  }
  return false;
}

@inline
function tell(text: Text, at: usize): bool {
  return text.tell(at + 1, load<u8>(at));
}
