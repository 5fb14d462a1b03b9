/**
 * A visit's name from the text that it is named after: what the runtime's own SHA-1 and base64url make of it in twice the time,
 * whose parts are fetched anew for each, and which takes and gives texts of the heap.
 */

/** Padding and the length stand behind the text in its last block. */
const BLOCK_BYTES: i32 = 64;
const PADDING_BYTES: i32 = 9;
const MOST_BLOCKS: i32 = 4;
export const MOST_BYTES: i32 = BLOCK_BYTES * MOST_BLOCKS - PADDING_BYTES;
/** What is filled up behind a text may reach into what stands behind. */
export const text: usize = memory.data(BLOCK_BYTES * MOST_BLOCKS + 16, 16);
/** The message schedule: a word for each of the 80 rounds. */
const words: usize = memory.data(4 * 80, 16);
/** The same, with the constant of the round added. */
const added: usize = memory.data(4 * 80, 16);
/** A `v` and sixteen letters. */
export const NAME_BYTES: i32 = 17;
export const name: usize = memory.data(NAME_BYTES, 16);
const letters: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90,
  97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 45, 95,
]);

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let d: u32 = 0;
let e: u32 = 0;

/** Names what so many bytes at `text` say; the name stands at `name`. */
export function nameText(length: i32): void {
  const blocks = (length + PADDING_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES;
  const end = text + usize(BLOCK_BYTES * blocks);
  // A call of `memory.fill` costs more than these few steps.
  for (let at = text + usize(length); at < end; at += 16) v128.store(at, i32x4.splat(0));
  store<u8>(text + usize(length), 0x80);
  store<u32>(end - 4, bswap<u32>(u32(length) << 3));
  a = 0x67452301;
  b = 0xefcdab89;
  c = 0x98badcfe;
  d = 0x10325476;
  e = 0xc3d2e1f0;
  for (let block = text; block < end; block += BLOCK_BYTES) digest(block);
  store<u8>(name, 0x76);
  // Twelve bytes of the digest are sixteen letters: three are four of them.
  letter(1, a >>> 8);
  letter(5, (a << 16) | (b >>> 16));
  letter(9, (b << 8) | (c >>> 24));
  letter(13, c);
}

/** The last 24 bits as four letters. */
@inline
function letter(at: usize, bits: u32): void {
  store<u8>(name + at, load<u8>(letters + usize((bits >>> 18) & 63)));
  store<u8>(name + at + 1, load<u8>(letters + usize((bits >>> 12) & 63)));
  store<u8>(name + at + 2, load<u8>(letters + usize((bits >>> 6) & 63)));
  store<u8>(name + at + 3, load<u8>(letters + usize(bits & 63)));
}

/**
 * One block into the digest, as RFC 3174 (6.1) has it. Five rounds at a step: then no word changes its place. Beside each twenty rounds the
 * words of the next are made: neither has to wait for the other.
 */
function digest(block: usize): void {
  let v = a;
  let w = b;
  let x = c;
  let y = d;
  let z = e;
  let at = added;
  for (let i: usize = 0; i < 64; i += 16) scheduleGiven(block, i);
  scheduleEarly(64, FIRST);
  for (let i: usize = 80; i < 128; i += 16) scheduleEarly(i, SECOND);
  for (let i: usize = 128; i < 160; i += 16) scheduleLate(i, SECOND);
  for (const end = at + 80; at < end; at += 20) {
    z += choice(w, x, y) + load<u32>(at);
    z += rotl<u32>(v, 5);
    w = rotl<u32>(w, 30);
    y += choice(v, w, x) + load<u32>(at, 4);
    y += rotl<u32>(z, 5);
    v = rotl<u32>(v, 30);
    x += choice(z, v, w) + load<u32>(at, 8);
    x += rotl<u32>(y, 5);
    z = rotl<u32>(z, 30);
    w += choice(y, z, v) + load<u32>(at, 12);
    w += rotl<u32>(x, 5);
    y = rotl<u32>(y, 30);
    v += choice(x, y, z) + load<u32>(at, 16);
    v += rotl<u32>(w, 5);
    x = rotl<u32>(x, 30);
  }
  for (let i: usize = 160; i < 240; i += 16) scheduleLate(i, THIRD);
  for (const end = at + 80; at < end; at += 20) {
    z += parity(w, x, y) + load<u32>(at);
    z += rotl<u32>(v, 5);
    w = rotl<u32>(w, 30);
    y += parity(v, w, x) + load<u32>(at, 4);
    y += rotl<u32>(z, 5);
    v = rotl<u32>(v, 30);
    x += parity(z, v, w) + load<u32>(at, 8);
    x += rotl<u32>(y, 5);
    z = rotl<u32>(z, 30);
    w += parity(y, z, v) + load<u32>(at, 12);
    w += rotl<u32>(x, 5);
    y = rotl<u32>(y, 30);
    v += parity(x, y, z) + load<u32>(at, 16);
    v += rotl<u32>(w, 5);
    x = rotl<u32>(x, 30);
  }
  for (let i: usize = 240; i < 320; i += 16) scheduleLate(i, FOURTH);
  for (const end = at + 80; at < end; at += 20) {
    z += majority(w, x, y) + load<u32>(at);
    z += rotl<u32>(v, 5);
    w = rotl<u32>(w, 30);
    y += majority(v, w, x) + load<u32>(at, 4);
    y += rotl<u32>(z, 5);
    v = rotl<u32>(v, 30);
    x += majority(z, v, w) + load<u32>(at, 8);
    x += rotl<u32>(y, 5);
    z = rotl<u32>(z, 30);
    w += majority(y, z, v) + load<u32>(at, 12);
    w += rotl<u32>(x, 5);
    y = rotl<u32>(y, 30);
    v += majority(x, y, z) + load<u32>(at, 16);
    v += rotl<u32>(w, 5);
    x = rotl<u32>(x, 30);
  }
  for (const end = at + 80; at < end; at += 20) {
    z += parity(w, x, y) + load<u32>(at);
    z += rotl<u32>(v, 5);
    w = rotl<u32>(w, 30);
    y += parity(v, w, x) + load<u32>(at, 4);
    y += rotl<u32>(z, 5);
    v = rotl<u32>(v, 30);
    x += parity(z, v, w) + load<u32>(at, 8);
    x += rotl<u32>(y, 5);
    z = rotl<u32>(z, 30);
    w += parity(y, z, v) + load<u32>(at, 12);
    w += rotl<u32>(x, 5);
    y = rotl<u32>(y, 30);
    v += parity(x, y, z) + load<u32>(at, 16);
    v += rotl<u32>(w, 5);
    x = rotl<u32>(x, 30);
  }
  a += v;
  b += w;
  c += x;
  d += y;
  e += z;
}

/** What is added in the first twenty rounds, and so on. */
const FIRST: i32 = 0x5a827999;
const SECOND: i32 = 0x6ed9eba1;
const THIRD: i32 = 0x8f1bbcdc;
const FOURTH: i32 = 0xca62c1d6;

/** Four words at a step; the first sixteen are the block's. */
@inline
function scheduleGiven(block: usize, i: usize): void {
  const four = v128.load(block + i);
  put(i, v128.shuffle<u8>(four, four, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12), FIRST);
}

/** By the standard's rule: of the words before, the last of four needs the first. It is added when that is known. */
@inline
function scheduleEarly(i: usize, constant: i32): void {
  const at = words + i;
  // Three words before, and none for the last.
  const before = v128.shuffle<u32>(v128.load(at - 16), i32x4.splat(0), 1, 2, 3, 4);
  const four = rotated(v128.xor(v128.xor(before, v128.load(at - 32)), v128.xor(between(at - 56), v128.load(at - 64))), 1);
  const last = rotl<u32>(i32x4.extract_lane(four, 0), 1);
  put(i, v128.xor(four, i32x4.replace_lane(i32x4.splat(0), 3, last)), constant);
}

/**
 * From the 32nd on a word is told by those 6, 16, 28 and 32 before it, rotated by two: twice the standard's rule, and none of the four needs
 * another.
 */
@inline
function scheduleLate(i: usize, constant: i32): void {
  const at = words + i;
  put(i, rotated(v128.xor(v128.xor(between(at - 24), v128.load(at - 64)), v128.xor(v128.load(at - 112), v128.load(at - 128))), 2), constant);
}

/** The words of two fours: one load of what was just stored as two would wait for both. */
@inline
function between(at: usize): v128 {
  return v128.shuffle<u32>(v128.load(at - 8), v128.load(at + 8), 2, 3, 4, 5);
}

@inline
function put(at: usize, four: v128, constant: i32): void {
  v128.store(words + at, four);
  v128.store(added + at, i32x4.add(four, i32x4.splat(constant)));
}

@inline
function rotated(four: v128, by: i32): v128 {
  return v128.or(i32x4.shl(four, by), i32x4.shr_u(four, 32 - by));
}

/** As the rounds of the first, the second and fourth, and the third twenty mix. */
@inline
function choice(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z));
}

@inline
function parity(x: u32, y: u32, z: u32): u32 {
  return x ^ y ^ z;
}

@inline
function majority(x: u32, y: u32, z: u32): u32 {
  return (x & y) | (z & (x | y));
}
