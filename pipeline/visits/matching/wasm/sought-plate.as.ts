import { LOST_TOGETHER } from '../shared-numbers';

/**
 * The plate that is sought, put or removed, by the look-alike classes of its characters, and how near a stored one is to it.
 * All characters are compared at once: of each plate 16 bytes from where it begins can be read, and three more.
 */

/** So many must be left where some are lost together, for the rest to say anything. */
const LEAST_LEFT: i32 = 4;
/** What can be read from where a plate begins. */
export const READABLE: i32 = 16 + LOST_TOGETHER;

/** Its classes, written by the caller. */
export const sought: usize = memory.data(16 + 3, 16);

/** Whether a plate of its length is the same. */
export function isSought(plate: usize, length: i32): bool {
  return differences(sought, plate, length) == 0;
}

/** At most two characters other, lost or added (one where few are there), or three lost together at one end. */
@inline
export function isNear(length: i32, other: usize, otherLength: i32): bool {
  return length <= otherLength ? isNearLonger(sought, length, other, otherLength) : isNearLonger(other, otherLength, sought, length);
}

/** Whether they are the same, or but for one more or less at an end. */
export function isTwin(length: i32, other: usize, otherLength: i32): bool {
  switch (otherLength - length) {
    case 0: return differences(sought, other, length) == 0;
    case 1: return isEndOf(sought, length, other, 1);
    case -1: return isEndOf(other, otherLength, sought, 1);
    default: return false;
  }
}

/**
 * Whether a character left out of each, of one of them, or of none, or an end of those that are long enough, leaves them the same.
 * They are near.
 */
export function haveCommonRest(length: i32, other: usize, otherLength: i32): bool {
  return length <= otherLength ? haveRest(sought, length, other, otherLength) : haveRest(other, otherLength, sought, length);
}

@inline
function isNearLonger(one: usize, length: i32, longer: usize, longerLength: i32): bool {
  const here = differences(one, longer, length);
  const most = length >= 4 ? 2 : length >= 2 ? 1 : 0;
  switch (longerLength - length) {
    case 0: return popcnt(here) <= most || (most == 2 && isMoved(one, longer, length, here));
    case 1: {
      if (most == 0) return false;
      const behind = differences(one, longer + 1, length);
      const behindFirst = behind & fromLowest(here);
      if (behindFirst == 0) return true;
      // One is another, before the one that is more or behind it.
      return most == 2 && (popcnt(behindFirst) == 1 || (behind & fromLowest(here & (here - 1))) == 0);
    }
    case 2: {
      const behindFirst = differences(one, longer + 1, length) & fromLowest(here);
      return most == 2 && (differences(one, longer + 2, length) & fromLowest(behindFirst)) == 0;
    }
    default: return length >= LEAST_LEFT && (here == 0 || differences(one, longer + LOST_TOGETHER, length) == 0);
  }
}

function haveRest(one: usize, length: i32, longer: usize, longerLength: i32): bool {
  const here = differences(one, longer, length);
  switch (longerLength - length) {
    case 0: return popcnt(here) <= 1 || isMoved(one, longer, length, here) || haveEnd(one, longer, length, here);
    case 1: return isLessOne(one, length, longer);
    // The longer less an end is the shorter less a character.
    case 2: return hasEnds(longerLength) && (isLessOne(longer, length - 1, one) || isLessOne(longer + LOST_TOGETHER, length - 1, one));
    default: return hasEnds(longerLength);
  }
}

/** Whether a character has moved from one place to another, and those between by one the other way. @param here where they differ */
function isMoved(one: usize, other: usize, length: i32, here: i32): bool {
  const between = (1 << (31 - clz(here))) - (here & -here);
  return (differences(one + 1, other, length) & between) == 0 || (differences(one, other + 1, length) & between) == 0;
}

/** Whether each less an end is the same. @param here where they differ */
function haveEnd(one: usize, other: usize, length: i32, here: i32): bool {
  if (!hasEnds(length)) return false;
  const left = length - LOST_TOGETHER;
  return here >> LOST_TOGETHER == 0 || (here & ((1 << left) - 1)) == 0 ||
    differences(one, other + LOST_TOGETHER, left) == 0 || differences(one + LOST_TOGETHER, other, left) == 0;
}

/** Whether one of this length is the other less one of its characters, of which it has one more. */
function isLessOne(shorter: usize, length: i32, longer: usize): bool {
  return (differences(shorter, longer + 1, length) & fromLowest(differences(shorter, longer, length))) == 0;
}

function isEndOf(shorter: usize, length: i32, longer: usize, lost: i32): bool {
  return differences(shorter, longer, length) == 0 || differences(shorter, longer + lost, length) == 0;
}

/** Whether it is long enough to have a rest less an end. */
function hasEnds(length: i32): bool {
  return length >= LEAST_LEFT + LOST_TOGETHER;
}

/** At which of their first characters they differ, as bits. */
@inline
function differences(one: usize, other: usize, length: i32): i32 {
  return ~i8x16.bitmask(i8x16.eq(v128.load(one), v128.load(other))) & ((1 << length) - 1);
}

/** The lowest of these bits and all above it; none if there is none. */
@inline
function fromLowest(bits: i32): i32 {
  return -(bits & -bits);
}
