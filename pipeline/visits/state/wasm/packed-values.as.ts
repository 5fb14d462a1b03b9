import { FINER, LONG, NO_SHARE, NO_TIME } from '../stay-format';

/** Parts of a stay's bytes, as `../packed-values.ts` writes them, by where they stand. */

@inline
export function isLongAt(at: usize): bool {
  return i32(load<u8>(at)) == LONG;
}

/** Where what stands behind a text begins. */
export function afterText(at: usize): usize {
  return isLongAt(at) ? at + 5 + load<u32>(at, 1) : at + 1 + load<u8>(at);
}

@inline
export function afterTime(at: usize): usize {
  return at + (i32(load<u16>(at)) == NO_TIME ? 10 : 6);
}

@inline
export function afterShare(at: usize): usize {
  return at + (i32(load<u16>(at)) == NO_SHARE ? 10 : 2);
}

export function afterCount(at: usize): usize {
  return at + (isLongAt(at) ? 9 : 1);
}

/** As `readCount` does. */
export function countAt(at: usize): f64 {
  return isLongAt(at) ? load<f64>(at, 1) : f64(load<u8>(at));
}

/** ms UTC */
export function timeAt(at: usize): f64 {
  const high = i32(load<u16>(at));
  return high == NO_TIME ? load<f64>(at, 2) : f64((u64(high) << 32) | u64(load<u32>(at, 2)));
}

export function shareAt(at: usize): f64 {
  const written = i32(load<u16>(at));
  if (written == NO_SHARE) return load<f64>(at, 2);
  return written < FINER ? f64(written) / 1000 : f64(written - FINER) / 10000;
}
