import { sharedTexts } from '../../records/shared-texts.ts';
import type { Slab } from '../../records/slab.ts';
import { textOfBytes } from '../../records/text-of-bytes.ts';
import { FINER, LONG, NO_SHARE, NO_TIME } from './stay-format.ts';

/**
 * Bytes of a state value, one part after the other. A text is its length (one byte) and ASCII, or 255, its length in
 * bytes (4) and UTF-8; a number is a double, a time six bytes, a share two; all little-endian. Writer and reader are one
 * for all: they write and read nearly every stay, and have no object of their own for it.
 */

/** Where `write...` writes. */
let target: Slab;

export function writeTo(slab: Slab): void {
  target = slab;
}

export function writeByte(value: number): void {
  target.appendByte(value);
}

export function writeNumber(value: number): void {
  target.reserve(8);
  target.end = target.bytes.writeDoubleLE(value, target.end);
}

/** One of single precision. */
export function writeFloat(value: number): void {
  target.reserve(4);
  target.end = target.bytes.writeFloatLE(value, target.end);
}

/** Up to 254 in one byte. */
export function writeCount(value: number): void {
  if (value >= 0 && value < LONG) return writeByte(value);
  writeByte(LONG);
  writeNumber(value);
}

/** ms UTC; one that six bytes can't say is written as a number behind a mark. */
export function writeTime(ms: number): void {
  target.reserve(6);
  const { bytes, end } = target;
  const high = Math.floor(ms / 2 ** 32);
  const isPlain = high >= 0 && high < NO_TIME && Number.isInteger(ms);
  writeUint16(bytes, end, isPlain ? high : NO_TIME);
  target.end = end + 2;
  if (!isPlain) return writeNumber(ms);
  const low = ms >>> 0;
  writeUint16(bytes, end + 2, low & 0xffff);
  writeUint16(bytes, end + 4, low >>> 16);
  target.end = end + 6;
}

/** 0 to 1, mostly in thousandths or ten-thousandths; any other is written as a number behind a mark. */
export function writeShare(share: number): void {
  target.reserve(2);
  const thousandths = Math.round(share * 1000);
  let written = thousandths >= 0 && thousandths <= 1000 && thousandths / 1000 === share ? thousandths : NO_SHARE;
  if (written === NO_SHARE) {
    const finer = Math.round(share * 10_000);
    if (finer >= 0 && finer <= 10_000 && finer / 10_000 === share) written = FINER + finer;
  }
  writeUint16(target.bytes, target.end, written);
  target.end += 2;
  if (written === NO_SHARE) writeNumber(share);
}

export function writeText(text: string): void {
  const { length } = text;
  target.reserve(5 + 3 * length);
  const { bytes, end } = target;
  if (length < LONG) {
    let i = 0;
    for (let to = end + 1; i < length; i++, to++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      bytes[to] = code;
    }
    if (i === length) {
      bytes[end] = length;
      target.end = end + 1 + length;
      return;
    }
  }
  const written = bytes.write(text, end + 5, 'utf8');
  bytes[end] = LONG;
  bytes.writeUInt32LE(written, end + 1);
  target.end = end + 5 + written;
}

/** What `read...` reads, and how far it has come. */
let source: Buffer;
let at = 0;

export function readFrom(bytes: Buffer, start = 0): void {
  source = bytes;
  at = start;
}

/** Passes over what `writeText` wrote. */
export function skipText(): void {
  const length = source[at]!;
  at += length === LONG ? 5 + source.readUInt32LE(at + 1) : 1 + length;
}

/** Passes over what `writeShare` wrote. */
export function skipShare(): void {
  at += (source[at]! | (source[at + 1]! << 8)) === NO_SHARE ? 10 : 2;
}

export function readByte(): number {
  return source[at++]!;
}

export function readNumber(): number {
  at += 8;
  return source.readDoubleLE(at - 8);
}

export function readFloat(): number {
  at += 4;
  return source.readFloatLE(at - 4);
}

export function readCount(): number {
  const value = source[at++]!;
  return value < LONG ? value : readNumber();
}

export function readTime(): number {
  const high = readUint16();
  if (high === NO_TIME) return readNumber();
  const low = readUint16();
  return high * 2 ** 32 + readUint16() * 2 ** 16 + low;
}

export function readShare(): number {
  const written = readUint16();
  if (written === NO_SHARE) return readNumber();
  return written < FINER ? written / 1000 : (written - FINER) / 10_000;
}

export function readText(): string {
  const length = source[at++]!;
  if (length === LONG) return readLongText();
  at += length;
  return textOfBytes(source, at - length, at);
}

/** A text that many stays have. */
export function readSharedText(): string {
  const length = source[at++]!;
  if (length === LONG) return readLongText();
  at += length;
  return sharedTexts.read(source, at - length, at);
}

function readLongText(): string {
  const written = source.readUInt32LE(at);
  at += 4 + written;
  return source.toString('utf8', at - written, at);
}

function readUint16(): number {
  at += 2;
  return source[at - 2]! | (source[at - 1]! << 8);
}

function writeUint16(bytes: Buffer, end: number, value: number): void {
  bytes[end] = value & 0xff;
  bytes[end + 1] = value >>> 8;
}
