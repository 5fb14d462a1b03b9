import { FACTOR } from '../../engine/hashes';

/** What the hash is with bytes behind what it is of: as `hashOfText` there has it of ASCII. */
export function hashOfBytes(before: u32, from: usize, to: usize): u32 {
  let hash = before;
  for (let at = from; at < to; at++) hash = (hash ^ u32(load<u8>(at))) * FACTOR;
  return hash;
}
