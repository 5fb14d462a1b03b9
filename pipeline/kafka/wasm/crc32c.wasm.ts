/**
 * CRC-32C (Castagnoli) over bytes that the caller puts to `bytesAt`.
 *
 * The remainder by the polynomial is linear: a block may be replaced by any other bytes further on that leave the same remainder. So each
 * is folded onto the next, as Gopal et al. do by carry-less multiplication ("Fast CRC Computation for Generic Polynomials Using
 * PCLMULQDQ Instruction", Intel 2009). There is none here: tables of sixteen bytes tell it, which one step asks for sixteen half-bytes.
 * A block is four planes of 32 bytes. Columns of four bytes, one of each plane, are folded alike, each onto the same column.
 */

const BYTES: i32 = 32768;
const bytesPut: usize = memory.data(32768, 16);

const PLANES: usize = 4;
const PLANE_BYTES: usize = 32;
const BLOCK_BYTES: usize = PLANES * PLANE_BYTES;
/** The last block, with all before folded onto it. */
const last: usize = memory.data(BLOCK_BYTES, 16);
/** What each value of each half-byte of a column (plane by plane, the low one first) adds to each plane of what it is folded to. */
const HALVES: usize = 2 * PLANES;
const folds: usize = memory.data(16 * HALVES * PLANES, 16);
/** What a byte does to the checksum that 0 to 7 more bytes follow ("slicing by 8", Kounavis and Berry 2005). */
const TABLE_BYTES: usize = 4 * 256;
const ofByte: usize = memory.data(8 * TABLE_BYTES, 16);

const POLYNOMIAL: u32 = 0x82f63b78;

export function bytesAt(): usize {
  return bytesPut;
}

export function mostBytes(): i32 {
  return BYTES;
}

/** What the checksum is behind so many bytes; it begins with all bits set, and ends inverted. */
export function behind(before: u32, bytes: usize): u32 {
  let at = bytesPut;
  const end = at + bytes;
  let crc = before;
  if (bytes >= 2 * BLOCK_BYTES) {
    at = fold(crc, at, end);
    crc = eightByEight(0, last, last + BLOCK_BYTES);
  }
  return eightByEight(crc, at, end);
}

function eightByEight(before: u32, start: usize, end: usize): u32 {
  let crc = before;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ load<u32>(at);
    const high = load<u32>(at, 4);
    crc = added(7, low & 0xff) ^ added(6, (low >>> 8) & 0xff) ^ added(5, (low >>> 16) & 0xff) ^ added(4, low >>> 24) ^
      added(3, high & 0xff) ^ added(2, (high >>> 8) & 0xff) ^ added(1, (high >>> 16) & 0xff) ^ added(0, high >>> 24);
  }
  for (; at < end; at++) crc = added(0, (crc ^ load<u8>(at)) & 0xff) ^ (crc >>> 8);
  return crc;
}

@inline
function added(follow: usize, byte: u32): u32 {
  return load<u32>(ofByte + TABLE_BYTES * follow + (usize(byte) << 2));
}

/** Folds all whole blocks onto the last of them. @returns where that ends */
function fold(before: u32, start: usize, end: usize): usize {
  // The checksum of what came before is as if it were part of what comes next.
  let a0 = v128.xor(v128.load(start), i32x4.replace_lane(i32x4.splat(0), 0, before));
  let b0 = v128.load(start, 16);
  let a1 = v128.load(start, 32);
  let b1 = v128.load(start, 48);
  let a2 = v128.load(start, 64);
  let b2 = v128.load(start, 80);
  let a3 = v128.load(start, 96);
  let b3 = v128.load(start, 112);
  let at = start + BLOCK_BYTES;
  for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
    let l0 = low(a0), h0 = high(a0), l1 = low(a1), h1 = high(a1), l2 = low(a2), h2 = high(a2), l3 = low(a3), h3 = high(a3);
    a0 = v128.xor(v128.load(at), folded(0, l0, h0, l1, h1, l2, h2, l3, h3));
    a1 = v128.xor(v128.load(at, 32), folded(1, l0, h0, l1, h1, l2, h2, l3, h3));
    a2 = v128.xor(v128.load(at, 64), folded(2, l0, h0, l1, h1, l2, h2, l3, h3));
    a3 = v128.xor(v128.load(at, 96), folded(3, l0, h0, l1, h1, l2, h2, l3, h3));
    l0 = low(b0), h0 = high(b0), l1 = low(b1), h1 = high(b1), l2 = low(b2), h2 = high(b2), l3 = low(b3), h3 = high(b3);
    b0 = v128.xor(v128.load(at, 16), folded(0, l0, h0, l1, h1, l2, h2, l3, h3));
    b1 = v128.xor(v128.load(at, 48), folded(1, l0, h0, l1, h1, l2, h2, l3, h3));
    b2 = v128.xor(v128.load(at, 80), folded(2, l0, h0, l1, h1, l2, h2, l3, h3));
    b3 = v128.xor(v128.load(at, 112), folded(3, l0, h0, l1, h1, l2, h2, l3, h3));
  }
  v128.store(last, a0);
  v128.store(last, b0, 16);
  v128.store(last, a1, 32);
  v128.store(last, b1, 48);
  v128.store(last, a2, 64);
  v128.store(last, b2, 80);
  v128.store(last, a3, 96);
  v128.store(last, b3, 112);
  return at;
}

@inline
function low(sixteen: v128): v128 {
  return v128.and(sixteen, i8x16.splat(15));
}

@inline
function high(sixteen: v128): v128 {
  return low(i16x8.shr_u(sixteen, 4));
}

/** What sixteen columns add to one plane. */
@inline
function folded(plane: usize, l0: v128, h0: v128, l1: v128, h1: v128, l2: v128, h2: v128, l3: v128, h3: v128): v128 {
  const ofPlane = folds + 16 * HALVES * plane;
  return v128.xor(
    v128.xor(v128.xor(asked(ofPlane, l0), asked(ofPlane + 16, h0)), v128.xor(asked(ofPlane + 32, l1), asked(ofPlane + 48, h1))),
    v128.xor(v128.xor(asked(ofPlane + 64, l2), asked(ofPlane + 80, h2)), v128.xor(asked(ofPlane + 96, l3), asked(ofPlane + 112, h3))),
  );
}

/** Halves are below sixteen: of others, processors make different things. */
@inline
function asked(table: usize, halves: v128): v128 {
  return v128.relaxed_swizzle(v128.load(table), halves);
}

/** What a bit of a byte does to the checksum, with so many bytes of nothing behind it. */
function ofBit(bit: u32, bytesBehind: usize): u32 {
  let crc: u32 = 1 << bit;
  for (let steps = 8 * (bytesBehind + 1); steps > 0; steps--) crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
}

/** Checksums that bits of a column make, by their highest bit, and those bits: each checksum that a column has is made of some. */
const made: usize = memory.data(4 * 32, 16);
const madeBy: usize = memory.data(4 * 32, 16);

/** Takes out of a checksum what is made; by which bits, `by` tells. What is left is told by its highest bit. */
let by: u32 = 0;
function without(checksum: u32): u32 {
  let left = checksum;
  while (left != 0) {
    const highest = usize(31 - clz(left)) << 2;
    if (load<u32>(made + highest) == 0) break;
    by ^= load<u32>(madeBy + highest);
    left ^= load<u32>(made + highest);
  }
  return left;
}

function prepare(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc: u32 = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    for (let follow: usize = 0; follow < 8; follow++) {
      store<u32>(ofByte + TABLE_BYTES * follow + (usize(byte) << 2), crc);
      for (let bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    }
  }
  for (let bit: u32 = 0; bit < 32; bit++) {
    by = 1 << bit;
    const left = without(ofBit(bit & 7, behindPlane(bit >>> 3)));
    if (left == 0) continue;
    const highest = usize(31 - clz(left)) << 2;
    store<u32>(made + highest, left);
    store<u32>(madeBy + highest, by);
  }
  for (let bit: u32 = 0; bit < 32; bit++) {
    by = 0;
    if (without(ofBit(bit & 7, behindPlane(bit >>> 3) + BLOCK_BYTES)) != 0) unreachable();
    const half = usize(bit >>> 2);
    for (let value: u32 = 0; value < 16; value++) {
      if ((value & (1 << (bit & 3))) == 0) continue;
      for (let plane: usize = 0; plane < PLANES; plane++) {
        const entry = folds + 16 * (HALVES * plane + half) + usize(value);
        store<u8>(entry, load<u8>(entry) ^ ((by >>> (8 * u32(plane))) & 0xff));
      }
    }
  }
}

/** So many bytes of the block stand behind one of a plane, in steps of whole planes. */
function behindPlane(plane: u32): usize {
  return PLANE_BYTES * (PLANES - 1 - usize(plane));
}

prepare();
