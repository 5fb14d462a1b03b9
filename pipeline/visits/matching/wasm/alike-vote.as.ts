import { MOST_CANDIDATES } from '../shared-numbers';

/**
 * The vote of reads that are all of one plate, seen from the front: how sure it is, and which others the vehicle may have by any of
 * them. Asked by `../vote.ts`, and where a passage grows in its bytes (`../../plain/wasm/growth.as.ts`).
 */

/** Puts so many confidences, a double each, in the order that they are voted on in: the surest first. */
export function sortVoters(voters: usize, count: i32): void {
  const end = voters + 8 * usize(count);
  for (let next = voters + 8; next < end; next += 8) {
    const confidence = load<f64>(next);
    let at = next;
    for (; at > voters && load<f64>(at - 8) < confidence; at -= 8) store<f64>(at, load<f64>(at - 8));
    store<f64>(at, confidence);
  }
}

/**
 * How sure so many are together, in thousandths: that not all are wrong.
 * @param voters their confidences in order, for the product is another one, to the last bit, in another
 */
export function sureTogether(voters: usize, count: i32): f64 {
  let doubt: f64 = 1;
  for (let i = 0; i < count; i++) doubt *= 1 - load<f64>(voters + 8 * usize(i));
  return roundedHalfUp(1000 * (1 - doubt)) / 1000;
}

/** As JavaScript rounds. */
function roundedHalfUp(value: f64): f64 {
  const above = ceil(value);
  return above - 0.5 > value ? above - 1 : above;
}

/** The likeliest of what was thought, the surest first, of equally sure ones the first by its letters: its place, its bytes, how sure. */
const THOUGHT_BYTES: usize = 16;
const thoughts: usize = memory.data(16 * MOST_CANDIDATES, 8);
let count: i32 = 0;

export function forgetThoughts(): void {
  count = 0;
}

/** How many there are. */
export function thoughtCount(): i32 {
  return count;
}

@inline
export function thoughtAt(nth: i32): usize {
  return load<u32>(thoughts + THOUGHT_BYTES * usize(nth));
}

@inline
export function thoughtBytes(nth: i32): i32 {
  return load<i32>(thoughts + THOUGHT_BYTES * usize(nth), 4);
}

@inline
export function thoughtConfidence(nth: i32): f64 {
  return load<f64>(thoughts + THOUGHT_BYTES * usize(nth), 8);
}

/**
 * One read may be of that plate. Of each plate the surest thought counts; those that are left out are so for good, for what is kept
 * only gets surer.
 * @param at where its letters stand (some bytes behind them are read too), that can be held against each other byte by byte
 */
export function think(at: usize, bytes: i32, confidence: f64): void {
  const sure = max<f64>(0, confidence);
  let place = 0;
  while (place < count && !areSame(at, bytes, thoughtAt(place), thoughtBytes(place))) place++;
  if (place < count) {
    if (sure <= thoughtConfidence(place)) return;
  } else if (count < MOST_CANDIDATES) {
    count++;
  } else if (!comesBefore(at, bytes, sure, --place)) {
    return;
  }
  for (; place > 0 && comesBefore(at, bytes, sure, place - 1); place--) {
    const into = thoughts + THOUGHT_BYTES * usize(place);
    v128.store(into, v128.load(into - THOUGHT_BYTES));
  }
  const into = thoughts + THOUGHT_BYTES * usize(place);
  store<u32>(into, u32(at));
  store<i32>(into, bytes, 4);
  store<f64>(into, sure, 8);
}

function comesBefore(at: usize, bytes: i32, confidence: f64, nth: i32): bool {
  const other = thoughtConfidence(nth);
  if (confidence != other) return confidence > other;
  const otherAt = thoughtAt(nth);
  const otherBytes = thoughtBytes(nth);
  for (let i = 0; i < min(bytes, otherBytes); i++) {
    const letter = load<u8>(at + i);
    const otherLetter = load<u8>(otherAt + i);
    if (letter != otherLetter) return letter < otherLetter;
  }
  return bytes < otherBytes;
}

/** Whether the same letters stand at both places. Eight at a step: up to seven bytes behind are read as well. */
export function areSame(one: usize, bytes: i32, other: usize, otherBytes: i32): bool {
  if (bytes != otherBytes) return false;
  let left = bytes;
  for (; left > 8; left -= 8) {
    if (load<u64>(one) != load<u64>(other)) return false;
    one += 8;
    other += 8;
  }
  return left == 0 || (load<u64>(one) ^ load<u64>(other)) << (64 - 8 * left) == 0;
}
