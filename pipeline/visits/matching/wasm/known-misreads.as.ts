import { Channel, misreadBoth } from './channel.as';

/**
 * Misreads, those looked for last of them found without a sum over all ways of editing. Reads of one vehicle, which say the same plate more or
 * less surely, are each held against each of the vehicle behind it: half of what is asked for was so a moment ago.
 */

/** As `misreadBoth`: the same to the last bit, for it hangs on nothing but the texts. */
export function knownMisreads(
  channel: Channel, plate: usize, read: usize, otherPlate: usize, otherRead: usize, plateLength: i32, readLength: i32,
): v128 {
  const place = known + placeOf(plate, read, plateLength, readLength) * KNOWN_BYTES;
  const lengths = plateLength << 8 | readLength;
  if (
    load<usize>(place, CHANNEL) == changetype<usize>(channel) && load<i32>(place, LENGTHS) == lengths &&
    isSame(place + PLATE, plate, plateLength) && isSame(place + READ, read, readLength) &&
    isSame(place + OTHER_PLATE, otherPlate, plateLength) && isSame(place + OTHER_READ, otherRead, readLength)
  ) return v128.load(place);
  const both = misreadBoth(channel, plate, read, otherPlate, otherRead, plateLength, readLength);
  v128.store(place, both);
  v128.store(place, v128.load(plate), PLATE);
  v128.store(place, v128.load(read), READ);
  v128.store(place, v128.load(otherPlate), OTHER_PLATE);
  v128.store(place, v128.load(otherRead), OTHER_READ);
  store<usize>(place, changetype<usize>(channel), CHANNEL);
  store<i32>(place, lengths, LENGTHS);
  return both;
}

/** A power of two: what is asked for again was mostly among the last of these, which fit into the processor's nearest cache. */
const KNOWN: usize = 64;
/** What they come to, then the four texts (all of what can be read of each), and whose lengths and channel. */
const PLATE: usize = 16;
const READ: usize = 32;
const OTHER_PLATE: usize = 48;
const OTHER_READ: usize = 64;
const CHANNEL: usize = 80;
const LENGTHS: usize = 84;
const KNOWN_BYTES: usize = 96;
const known: usize = memory.data(64 * 96, 16);

/** By the first eight symbols of each. */
// @ts-ignore: decorator
@inline
function placeOf(plate: usize, read: usize, plateLength: i32, readLength: i32): usize {
  const hash = first(plate, plateLength) * 0x9e3779b97f4a7c15 ^ first(read, readLength) * 0xc2b2ae3d27d4eb4f;
  return usize((hash ^ hash >> 29) * 0x9e3779b97f4a7c15 >> 32) & (KNOWN - 1);
}

// @ts-ignore: decorator
@inline
function first(text: usize, length: i32): u64 {
  const symbols = load<u64>(text);
  return length < 8 ? symbols & ((<u64>1 << (8 * length)) - 1) : symbols;
}

// @ts-ignore: decorator
@inline
function isSame(one: usize, other: usize, length: i32): bool {
  return (~i8x16.bitmask(i8x16.eq(v128.load(one), v128.load(other))) & ((1 << length) - 1)) == 0;
}
