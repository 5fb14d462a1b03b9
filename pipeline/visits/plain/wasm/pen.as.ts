import { FINER, LONG, NO_SHARE, NO_TIME } from '../../state/stay-format';
import { IS_WIDE } from '../read-parts';

/** Bytes written one after the other: as a stay's are (`../../state/packed-values.ts`), and as Avro's. */

/** Where the next is written. */
let to: usize = 0;

export function writeFrom(at: usize): void {
  to = at;
}

export function writtenTo(): usize {
  return to;
}

@inline
export function putByte(value: i32): void {
  store<u8>(to, value);
  to += 1;
}

/** Sixteen at a step: up to fifteen bytes behind are written as well, and must be nobody's yet. */
export function putBytes(from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
  to += bytes;
}

/** ASCII, as it stands in the source. */
export function putWord(word: string): void {
  for (let i = 0; i < word.length; i++) putByte(word.charCodeAt(i));
}

/** As `writeText` does. @param length in bytes, with the mark of a text that is not ASCII */
export function putText(from: usize, length: u32): void {
  if (length < u32(LONG)) {
    putByte(length);
  } else {
    store<u8>(to, LONG);
    store<u32>(to, length & ~IS_WIDE, 1);
    to += 5;
  }
  putBytes(from, length & ~IS_WIDE);
}

export function putTextOfWord(word: string): void {
  putByte(word.length);
  putWord(word);
}

/** As `writeCount` does. */
export function putCount(value: f64): void {
  if (value < LONG) return putByte(i32(value));
  store<u8>(to, LONG);
  store<f64>(to, value, 1);
  to += 9;
}

/** As `writeTime` does. */
export function putTime(ms: f64): void {
  if (ms >= 0 && ms < f64(u64(NO_TIME) << 32) && floor(ms) == ms) {
    const whole = u64(ms);
    store<u16>(to, u32(whole >> 32));
    store<u32>(to, u32(whole), 2);
    to += 6;
  } else {
    putMarked(NO_TIME, ms);
  }
}

/** As `writeShare` does. */
export function putShare(share: f64): void {
  const thousandths = floor(share * 1000 + 0.5);
  if (thousandths >= 0 && thousandths <= 1000 && thousandths / 1000 == share) return putShort(i32(thousandths));
  const finer = floor(share * 10000 + 0.5);
  if (finer >= 0 && finer <= 10000 && finer / 10000 == share) return putShort(FINER + i32(finer));
  putMarked(NO_SHARE, share);
}

function putShort(value: i32): void {
  store<u16>(to, value);
  to += 2;
}

function putMarked(mark: i32, value: f64): void {
  store<u16>(to, mark);
  store<f64>(to, value, 2);
  to += 10;
}

/** Avro's: zigzag, seven bits a byte. */
export function putLong(value: i64): void {
  let rest = u64((value << 1) ^ (value >> 63));
  for (; rest >= 0x80; rest >>= 7) putByte(i32(rest & 0x7f) | 0x80);
  putByte(i32(rest));
}

/** Avro's text. @param length as `putText` takes it */
export function putString(from: usize, length: u32): void {
  const bytes = length & ~IS_WIDE;
  putLong(bytes);
  putBytes(from, bytes);
}

/** A word of the contract's. */
export function putStringOf(word: string): void {
  putLong(word.length);
  putWord(word);
}

export function putFloat(value: f32): void {
  store<f32>(to, value);
  to += 4;
}

/** An integer that is not negative, in decimal. */
export function putDecimal(value: u64): void {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  let rest = value;
  for (let at = to + digits; at > to; rest /= 10) store<u8>(--at, 0x30 + u32(rest % 10));
  to += digits;
}
