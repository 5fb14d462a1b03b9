import {
  areSame, forgetThoughts, sortVoters, sureTogether, think, thoughtAt, thoughtBytes, thoughtConfidence, thoughtCount,
} from '../../matching/wasm/alike-vote.as';
import { MOST_READS } from '../../passages/shared-numbers';
import {
  CAME_BACK, DIRECTION_BITS, HAS_CANDIDATES, HAS_ENTRY, HAS_ENTRY_READ, HAS_EXIT, HAS_EXIT_READ, HAS_IRREGULARITIES, HAS_VISIT,
  IS_AS_SEEN, IS_SINGLE, LONG, SAID_OTHERWISE, STAY_FORMAT,
} from '../../state/stay-format';
import { afterCount, afterShare, afterText, afterTime, isLongAt, shareAt, timeAt } from '../../state/wasm/packed-values.as';
import { afterEvidence, afterPassage, lastOfPassage } from '../../state/wasm/stay-parts.as';
import { DRIVE_THROUGH } from '../../stays/drive-through';
import {
  AS_SURELY, ENTERED_AT, FIRST_AT, GROWTH_NUMBERS, HAD_BEEN_HERE, IS_AT, IS_PARTS, LAST_AT, PASSAGE_AT, SPEAKS_ALIKE, WAS_AT,
  WAS_PARTS,
} from '../growth-parts';
import { AT, CANDIDATE_CONFIDENCES, CANDIDATES, CONFIDENCE, COUNTRY, LANE_ID, PLATE } from '../read-parts';
import { isOpenShort } from './drive-through.as';
import { putByte, putBytes, putShare, putText, putTime, writeFrom, writtenTo } from './pen.as';
import { candidates, lengthOf, numberOf, textOf, words } from './read-at-hand.as';
import { putRead, putTextOf } from './read-writing.as';
import { CLOSED, IN, OPEN, OUT } from './row-numbers.as';

/**
 * A passage that the read at hand goes on with, where all of its reads are alike: front views of one plate at one lane, of the same words.
 * Its stay's row with the read, byte for byte what `../plain-growth.ts` and the codec make of it.
 */

/** What is told of it, by the order of `../growth-parts.ts`. */
export const grown: usize = memory.data(8 * GROWTH_NUMBERS, 8);

/** The confidences of its reads. */
const voters: usize = memory.data(8 * MOST_READS, 8);

let count: i32 = 0;
/** The parts of its evidence, that of the vote or of its only read, and where what they say stands. */
let parts: i32 = 0;
let evidenceAt: usize = 0;
/** Where its reads begin and end, and the id of the last. */
let readsAt: usize = 0;
let readsEnd: usize = 0;
let lastIdAt: usize = 0;
let firstAt: f64 = 0;
let lastAt: f64 = 0;

/**
 * Writes the row of the stay at `open`, whose value is from `start` up to `end`, with the read to `row`, behind its name as well.
 * @param hasLeft it is the exit that grows, and it is told; else the entry, which is told so far, or was before it grew
 * @returns false: something of it is not alike, or not plain
 */
export function growRow(open: usize, start: usize, end: usize, row: usize, dueAt: f64, hasLeft: bool): bool {
  const has: i32 = load<u8>(start, 1);
  if (i32(load<u8>(start)) !== STAY_FORMAT) return false;
  const isShort = hasLeft && (has & HAS_IRREGULARITIES) !== 0;
  if ((has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT | (hasLeft ? HAS_EXIT : 0) | (isShort ? HAS_IRREGULARITIES : 0))) return false;
  const countryAt = afterText(start + 2);
  const plateAt = afterText(countryAt);
  if (lengthOf(PLATE) === 0 || !isTextOf(COUNTRY, countryAt) || !isTextOf(PLATE, plateAt)) return false;
  const dueStart = afterText(plateAt);
  const entryAt = afterTime(dueStart);
  let growsAt = entryAt;
  if (hasLeft) {
    if (!isPlainPassage(load<u8>(entryAt), IN)) return false;
    growsAt = afterPassage(entryAt);
    tell(ENTERED_AT, lastOfPassage());
  }
  const direction = hasLeft ? OUT : IN;
  if (!isAlike(growsAt, direction)) return false;
  const visitAt = has & CAME_BACK ? afterTime(readsEnd) : readsEnd;
  if (!isPlainVisit(visitAt, end, hasLeft, isShort)) return false;
  tell(FIRST_AT, firstAt);
  tell(LAST_AT, lastAt);
  tell(HAD_BEEN_HERE, has & CAME_BACK ? 1 : 0);

  writeFrom(row);
  putBytes(open, dueStart - open);
  putTime(dueAt);
  putBytes(entryAt, growsAt - entryAt);
  putByte(direction << DIRECTION_BITS);
  putTextOf(LANE_ID);
  putByte(count + 1);
  tell(WAS_PARTS, parts);
  tell(WAS_AT, f64(evidenceAt - open));
  tell(PASSAGE_AT, f64(growsAt - open));
  if (!putVote(row)) return false;
  putBytes(readsAt, readsEnd - readsAt);
  putRead();
  if (hasLeft || !(load<u8>(visitAt) & IS_AS_SEEN)) putBytes(readsEnd, end - readsEnd);
  else putAsTold(visitAt, end);
  return true;
}

export function tell(which: i32, value: f64): void {
  store<f64>(grown + 8 * usize(which), value);
}

/** Nothing was decided on it, or ruled. @param has its first byte */
export function isPlainPassage(has: i32, direction: i32): bool {
  return (has & ~IS_SINGLE) === direction << DIRECTION_BITS;
}

/** Whether the text that stands there is the read's. */
function isTextOf(which: i32, at: usize): bool {
  const length = lengthOf(which);
  return length < u32(LONG) && areSame(textOf(which), length, at + 1, load<u8>(at));
}

/** Whether the passage there and the read are alike, and it is the later one; finds out what is in it. */
function isAlike(at: usize, direction: i32): bool {
  const has: i32 = load<u8>(at);
  if (!isPlainPassage(has, direction) || !isTextOf(LANE_ID, at + 1)) return false;
  const isSingle = (has & IS_SINGLE) !== 0;
  let end = afterText(at + 1);
  count = 1;
  if (!isSingle) {
    count = load<u8>(end);
    parts = load<u8>(end, 1);
    evidenceAt = end + 2;
    if (count >= MOST_READS || parts & ~HAS_CANDIDATES) return false;
    end = afterEvidence(evidenceAt, parts);
  }
  readsAt = end;
  forgetThoughts();
  for (let i = 0; i < count; i++) {
    const ofRead: i32 = load<u8>(end);
    if (ofRead & ~(HAS_CANDIDATES | SAID_OTHERWISE)) return false;
    lastIdAt = end + 1;
    end = afterText(afterText(lastIdAt));
    lastAt = timeAt(end);
    if (i === 0) firstAt = lastAt;
    end = afterTime(end);
    if (i32(load<u8>(end++)) !== words()) return false;
    if (isSingle) {
      parts = ofRead;
      evidenceAt = end;
    }
    store<f64>(voters + 8 * usize(i), shareAt(end));
    end = afterShare(end);
    if (ofRead & HAS_CANDIDATES) {
      end = afterThoughts(end);
      if (end === 0) return false;
    }
    if (ofRead & SAID_OTHERWISE) end = afterShare(end);
  }
  readsEnd = end;
  return lastAt < numberOf(AT);
}

/** Thinks of a read's candidates. @returns where they end; 0: one is not short, or not ASCII */
function afterThoughts(at: usize): usize {
  let end = at + 1;
  for (let left = i32(load<u8>(at)); left > 0; left--) {
    if (isLongAt(end)) return 0;
    const sureAt = afterText(end);
    thinkOf(end + 1, load<u8>(end), shareAt(sureAt));
    end = afterShare(sureAt);
  }
  return end;
}

function thinkOf(at: usize, length: i32, confidence: f64): void {
  if (!areSame(at, length, textOf(PLATE), lengthOf(PLATE))) think(at, length, confidence);
}

/** The vote of all with the read. @returns false: one of its candidates is not short, or not ASCII */
function putVote(row: usize): bool {
  for (let i = 0; i < candidates(); i++) {
    const length = lengthOf(CANDIDATES + i);
    if (length >= u32(LONG)) return false;
    thinkOf(textOf(CANDIDATES + i), length, numberOf(CANDIDATE_CONFIDENCES + i));
  }
  store<f64>(voters + 8 * usize(count), numberOf(CONFIDENCE));
  sortVoters(voters, count + 1);
  const others = thoughtCount();
  const now = others === 0 ? 0 : HAS_CANDIDATES;
  putByte(now);
  tell(IS_PARTS, now);
  tell(IS_AT, f64(writtenTo() - row));
  const sure = sureTogether(voters, count + 1);
  compare(sure);
  putShare(sure);
  if (others === 0) return true;
  putByte(others);
  for (let i = 0; i < others; i++) {
    putText(thoughtAt(i), thoughtBytes(i));
    putShare(thoughtConfidence(i));
  }
  return true;
}

/** Tells whether the vote before had the same candidates, in their order, and was as sure of each. @param sure of the plate, now */
function compare(sure: f64): void {
  let at = afterShare(evidenceAt);
  let areAlike = (parts & HAS_CANDIDATES ? i32(load<u8>(at++)) : 0) === thoughtCount();
  let isAsSure = areAlike && shareAt(evidenceAt) === sure;
  for (let i = 0; areAlike && i < thoughtCount(); i++) {
    areAlike = areSame(thoughtAt(i), thoughtBytes(i), at + 1, load<u8>(at));
    at = afterText(at);
    isAsSure = isAsSure && areAlike && shareAt(at) === thoughtConfidence(i);
    at = afterShare(at);
  }
  tell(SPEAKS_ALIKE, areAlike ? 1 : 0);
  tell(AS_SURELY, isAsSure ? 1 : 0);
}

/**
 * Whether the visit there says no more than a plain one's: of one that is closed what its passages say, and that it was short if it was, of
 * one that is open another entry than the read; and nothing stands behind it, up to `end`.
 * @param isShort but the irregularity of a short one
 */
function isPlainVisit(visitAt: usize, end: usize, isClosed: bool, isShort: bool): bool {
  const has: i32 = load<u8>(visitAt);
  const isAsSeen = (has & IS_AS_SEEN) !== 0;
  if ((has & ~IS_AS_SEEN) !== (HAS_ENTRY_READ | (isClosed ? HAS_EXIT_READ : 0)) || (isClosed && !isAsSeen)) return false;
  if (i32(load<u8>(visitAt, 1)) !== (isClosed ? CLOSED : OPEN)) return false;
  let flagsAt = afterShare(afterCount(visitAt + 2));
  if (!isAsSeen) {
    const enteredAt = afterText(afterTime(flagsAt));
    if (timeAt(enteredAt) === numberOf(AT)) return false;
    flagsAt = afterTime(enteredAt);
  }
  const flags: i32 = load<u8>(flagsAt);
  let at = flagsAt + 1;
  if (isClosed && flags === 1 && isTextOfWord(DRIVE_THROUGH, at)) at = afterText(at);
  else if (flags !== 0) return false;
  if (!isShort) return at === end;
  const jsonAt = at + (isLongAt(at) ? 5 : 1);
  return afterText(at) === end && isOpenShort(jsonAt, end);
}

/** Whether the text that stands there is the word. */
function isTextOfWord(word: string, at: usize): bool {
  if (i32(load<u8>(at)) !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (i32(load<u8>(at + 1 + i)) !== word.charCodeAt(i)) return false;
  return true;
}

/** The visit of a stay whose entry was told as it was then, and has grown: from now on it says so itself. */
function putAsTold(at: usize, end: usize): void {
  putBytes(readsEnd, at - readsEnd);
  putByte(load<u8>(at) & ~IS_AS_SEEN);
  // All but that and the flags, of which it has none.
  putBytes(at + 1, end - at - 2);
  putTime(firstAt);
  putBytes(lastIdAt, afterText(lastIdAt) - lastIdAt);
  putTime(lastAt);
  putByte(0);
}
