/**
 * The plate that is sought, put or removed, by the look-alike classes of its characters, and how near a stored one is to it.
 */

/** So many characters lost together at one end are one misread. */
export const LOST_TOGETHER: i32 = 3;
/** So many must be left then for the rest to say anything. */
const LEAST_LEFT: i32 = 4;
/** Classes run from 0 to this, exclusive. */
const CLASSES: usize = 64;

/** Its classes, written by the caller. */
export const sought: usize = memory.data(16, 16);
/** By class: at which of its places it stands, as bits. */
const places: usize = memory.data(4 * 64, 16);

/** Whether a plate of its length is the same. */
export function isSought(plate: usize, length: i32): bool {
  return agree(sought, plate, length);
}

/** Makes it ready for `isWithin`. */
export function readyPlaces(length: i32): void {
  memory.fill(places, 0, 4 * CLASSES);
  for (let i = 0; i < length; i++) {
    const place = places + (usize(load<u8>(sought + i)) << 2);
    store<i32>(place, load<i32>(place) | (1 << i));
  }
}

/** Which classes it has, as bits: what shares one can only make plates look nearer than they are. */
export function classesOfSought(length: i32): i32 {
  let bits = 0;
  for (let i = 0; i < length; i++) bits |= 1 << (load<u8>(sought + i) & 31);
  return bits;
}

/**
 * At most two characters other, lost or added (one where few are there), or three lost together at one end.
 * `readyPlaces` came before.
 */
export function isNear(length: i32, other: usize, otherLength: i32): bool {
  const shorter = min(length, otherLength);
  const most = shorter >= 4 ? 2 : shorter >= 2 ? 1 : 0;
  const longer = abs(otherLength - length);
  if (longer <= most) return isWithin(most, length, other, otherLength);
  return longer == LOST_TOGETHER && shorter >= LEAST_LEFT && isLess(longer, length, other, otherLength);
}

/** Whether they are the same, or but for one more or less at an end. */
export function isTwin(length: i32, other: usize, otherLength: i32): bool {
  if (length == otherLength) return agree(sought, other, length);
  return abs(otherLength - length) == 1 && isLess(1, length, other, otherLength);
}

/** Whether a character left out of each, of one of them, or of none, or an end of those that are long enough, leaves them the same. */
export function haveCommonRest(length: i32, other: usize, otherLength: i32): bool {
  return length <= otherLength ? haveRest(sought, length, other, otherLength) : haveRest(other, otherLength, sought, length);
}

/** Whether the Levenshtein distance is at most so much. By Myers' bit vectors: one step a character, and none is left to bring them near. */
function isWithin(most: i32, length: i32, other: usize, otherLength: i32): bool {
  const last = 1 << (length - 1);
  let more = -1;
  let less = 0;
  let distance = length;
  for (let i = 0; i < otherLength; i++) {
    // Each of those left brings it down by one at most.
    if (distance - (otherLength - i) > most) return false;
    const equal = load<i32>(places + (usize(load<u8>(other + i)) << 2));
    const vertical = equal | less;
    const horizontal = (((equal & more) + more) ^ more) | equal;
    let up = less | ~(horizontal | more);
    let down = more & horizontal;
    distance += i32((up & last) != 0) - i32((down & last) != 0);
    up = (up << 1) | 1;
    down <<= 1;
    more = down | ~(vertical | up);
    less = up & vertical;
  }
  return distance <= most;
}

/** Whether the shorter one is the longer one less so many characters at either end. */
function isLess(lost: i32, length: i32, other: usize, otherLength: i32): bool {
  return length < otherLength ? isEndOf(sought, length, other, lost) : isEndOf(other, otherLength, sought, lost);
}

function isEndOf(shorter: usize, length: i32, longer: usize, lost: i32): bool {
  return agree(shorter, longer, length) || agree(shorter, longer + lost, length);
}

/** Of which the first is not the longer. */
function haveRest(one: usize, length: i32, other: usize, otherLength: i32): bool {
  switch (otherLength - length) {
    case 0: return haveRestOfOneLength(one, other, length);
    case 1: return isLessOne(one, length, other);
    // The longer less an end is the shorter less a character.
    case 2: return hasEnds(otherLength) && (isLessOne(other, length - 1, one) || isLessOne(other + LOST_TOGETHER, length - 1, one));
    default: return hasEnds(otherLength) && isEndOf(one, length, other, LOST_TOGETHER);
  }
}

function haveRestOfOneLength(one: usize, other: usize, length: i32): bool {
  let first = 0;
  while (first < length && load<u8>(one + first) == load<u8>(other + first)) first++;
  let last = length - 1;
  while (last > first && load<u8>(one + last) == load<u8>(other + last)) last--;
  // One is another, or moved behind those between, or before them.
  if (first >= last) return true;
  if (agree(one + first + 1, other + first, last - first) || agree(one + first, other + first + 1, last - first)) return true;
  if (!hasEnds(length)) return false;
  const left = length - LOST_TOGETHER;
  return isEndOf(one, left, other, LOST_TOGETHER) || agree(one + LOST_TOGETHER, other, left) ||
    agree(one + LOST_TOGETHER, other + LOST_TOGETHER, left);
}

/** Whether one of this length is the other less one of its characters, of which it has one more. */
function isLessOne(shorter: usize, length: i32, longer: usize): bool {
  let first = 0;
  while (first < length && load<u8>(shorter + first) == load<u8>(longer + first)) first++;
  return agree(shorter + first, longer + first + 1, length - first);
}

/** Whether it is long enough to have a rest less an end. */
function hasEnds(length: i32): bool {
  return length >= LEAST_LEFT + LOST_TOGETHER;
}

function agree(one: usize, other: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (load<u8>(one + i) != load<u8>(other + i)) return false;
  return true;
}
