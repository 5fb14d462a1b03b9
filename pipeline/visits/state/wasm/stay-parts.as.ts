import { HAS_CANDIDATES, IS_SINGLE, OTHER_COUNTRY, OTHER_LANE, OTHER_PLATE, SAID_OTHERWISE } from '../stay-format';
import { afterShare, afterText, afterTime, timeAt } from './packed-values.as';

/** Greater parts of a stay's bytes, as `../stay-codec.ts` writes them, by where they stand. */

/** Where what stands behind an evidence begins. @param at behind its parts */
export function afterEvidence(at: usize, parts: i32): usize {
  let end = afterShare(behindNames(at, parts));
  if ((parts & HAS_CANDIDATES) == 0) return end;
  for (let left: i32 = load<u8>(end++); left > 0; left--) end = afterShare(afterText(end));
  return end;
}

/** Where its confidence begins. */
export function behindNames(at: usize, parts: i32): usize {
  let end = at;
  if (parts & OTHER_PLATE) end = afterText(end);
  if (parts & OTHER_COUNTRY) end = afterText(end);
  return end;
}

let firstReadAt: f64 = 0;
let lastReadAt: f64 = 0;
let lastIdAt: usize = 0;
let lastLaneAt: usize = 0;
let lastWords: i32 = 0;
let partsOfAny: i32 = 0;

/** Of the passage that was passed over last: when its first and its last read were made, ms UTC, and where the id of the last stands. */
export function firstOfPassage(): f64 {
  return firstReadAt;
}

export function lastOfPassage(): f64 {
  return lastReadAt;
}

export function lastIdOfPassage(): usize {
  return lastIdAt;
}

/** Of its last read: where its lane stands, and its two words. */
export function lastLaneOfPassage(): usize {
  return lastLaneAt;
}

export function lastWordsOfPassage(): i32 {
  return lastWords;
}

/** What any of its reads has, or its vote. */
export function partsOfPassage(): i32 {
  return partsOfAny;
}

/** Where what stands behind a passage begins that nothing was decided on, and that nobody ruled. */
export function afterPassage(at: usize): usize {
  const isSingle = (load<u8>(at) & IS_SINGLE) != 0;
  let end = afterText(at + 1);
  let left: i32 = 1;
  let any: i32 = 0;
  if (!isSingle) {
    left = load<u8>(end);
    any = load<u8>(end, 1);
    end = afterEvidence(end + 2, any);
  }
  for (let isFirst = true; left > 0; left--, isFirst = false) {
    const parts: i32 = load<u8>(end);
    any |= parts;
    lastIdAt = end + 1;
    end = afterText(afterText(lastIdAt));
    lastReadAt = timeAt(end);
    if (isFirst) firstReadAt = lastReadAt;
    end = afterTime(end);
    lastWords = load<u8>(end++);
    lastLaneAt = parts & OTHER_LANE ? end : at + 1;
    if (parts & OTHER_LANE) end = afterText(end);
    end = afterEvidence(end, parts);
    if (parts & SAID_OTHERWISE) end = afterShare(end);
  }
  partsOfAny = any;
  return end;
}
