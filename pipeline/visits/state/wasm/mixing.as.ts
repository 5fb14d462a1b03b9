/** Mixing as MurmurHash3 does it. */

/** One word more. */
@inline
export function mixed(before: u32, word: u32): u32 {
  return rotl<u32>(before ^ (rotl<u32>(word * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5 + 0xe6546b64;
}

/** So that the low bits depend on all that it is of. */
@inline
export function mixedLast(last: u32): u32 {
  let hash = (last ^ (last >>> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}
