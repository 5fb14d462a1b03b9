import { copyBytes, Slab } from '../records/slab.ts';
import type { OutRecord } from './log.ts';
import { Cursor, varintBytes, writeVarint } from './record-format.ts';

/** Writes a value where the slab ends; keeps nothing of it. */
export interface ValueEncoder<V> {
  encodeTo(value: V, slab: Slab): void;
}

/** Records that make one batch of the log. */
export interface BlockBatch {
  /** Room for the batch's header (`BATCH_HEADER_BYTES`), then the records; a view. */
  readonly bytes: Buffer;
  readonly records: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
}

/** Kafka's own default of `max.message.bytes` is 1 MiB + 12; a bigger batch is refused whole. */
export const BATCH_BYTES_MAX = 1024 * 1024;
export const BATCH_HEADER_BYTES = 61;

/**
 * Records of one partition in order, encoded once, where they stay: as they will stand in the log, cut into batches of at
 * most 1 MiB (or of one record if that alone is bigger: then the log decides). A transaction holds thousands of
 * records; as objects they would live just long enough to be dear to the collector.
 */
export class RecordBlock implements Iterable<OutRecord> {
  private readonly slab: Slab;
  private readonly batchList: OpenBatch[] = [];
  /** The last of them; null: there is none yet. */
  private batch: OpenBatch | null = null;
  private count = 0;
  /** Where the record that is being written begins, and its key or then its value. */
  private recordAt = 0;
  private fieldAt = 0;
  private timestamp = 0;
  private readonly marked = { end: 0, count: 0, batches: 0, batchRecords: 0, maxTimestamp: 0 };

  /** @param sizeBytes room at first; by default as much as a block needs that is used again and again */
  constructor(sizeBytes = SLAB_BYTES) {
    this.slab = new Slab(sizeBytes);
  }

  get length(): number {
    return this.count;
  }

  /** What the records take in the log. */
  get sizeBytes(): number {
    return this.slab.end;
  }

  add({ key, value, timestamp, headers }: OutRecord): void {
    const slab = this.beginRecord(timestamp);
    if (key !== null) slab.append(key);
    this.beginValue(key === null);
    if (value !== null) slab.append(value);
    this.endRecord(value === null, headers);
  }

  addEncoded<V>(key: string, timestamp: number, encoder: ValueEncoder<V>, value: V): void {
    const slab = this.beginRecord(timestamp);
    slab.appendText(key);
    this.beginValue();
    encoder.encodeTo(value, slab);
    this.endRecord();
  }

  /**
   * A record whose key and value stand somewhere as bytes: the key from `start`, the value behind it from `valueAt` up to `end`. Nearly all
   * are such, and as long as is usual: they are written in one go.
   * @param first byte of the key, which stands not there; NO_BYTE: all of it does
   */
  addBytes(timestamp: number, first: number, from: DataView, start: number, valueAt: number, end: number): void {
    const keyBytes = valueAt - start + (first === NO_BYTE ? 0 : 1);
    const valueBytes = end - valueAt;
    const { slab, count } = this;
    const batch = this.batch ?? this.openBatch(timestamp);
    const { records } = batch;
    const since = timestamp - batch.baseTimestamp;
    if (keyBytes >= ONE_BYTE_BELOW || valueBytes < ONE_BYTE_BELOW || valueBytes >= USUAL_BELOW || !(since >= 0 && since < SMALL_BELOW)) {
      return this.addBytesBitByBit(timestamp, first, from, start, valueAt, end);
    }
    slab.reserve(PREFIX_BYTES_MAX + keyBytes + VALUE_LENGTH_BYTES + valueBytes + 1);
    const { view, end: recordAt } = slab;
    const bodyAt = recordAt + RECORD_LENGTH_BYTES;
    view.setUint8(bodyAt, 0);
    let at = putSmall(view, putSmall(view, bodyAt + 1, since), records);
    view.setUint8(at++, 2 * keyBytes);
    if (first !== NO_BYTE) view.setUint8(at++, first);
    copyBytes(from, start, valueAt, view, at);
    at += valueAt - start;
    putTwoBytes(view, at, valueBytes);
    at += VALUE_LENGTH_BYTES;
    copyBytes(from, valueAt, end, view, at);
    at += valueBytes;
    view.setUint8(at++, 0);
    putTwoBytes(view, recordAt, at - bodyAt);
    slab.end = at;
    if (records > 0 && at - batch.at > BATCH_BYTES_MAX) {
      this.recordAt = recordAt;
      return this.moveToNextBatch();
    }
    batch.records = records + 1;
    if (timestamp > batch.maxTimestamp) batch.maxTimestamp = timestamp;
    this.count = count + 1;
  }

  private addBytesBitByBit(timestamp: number, first: number, from: DataView, start: number, valueAt: number, end: number): void {
    const slab = this.beginRecord(timestamp);
    if (first !== NO_BYTE) slab.appendByte(first);
    slab.appendPart(from, start, valueAt);
    this.beginValue();
    slab.appendPart(from, valueAt, end);
    this.endRecord();
  }

  /**
   * A record bit by bit: the key is what is written to the slab from here on.
   * Lengths stand before what they measure; room for the usual ones is left, and what follows moves if it was another.
   */
  beginRecord(timestamp: number): Slab {
    const { slab } = this;
    const batch = this.batch ?? this.openBatch(timestamp);
    slab.reserve(PREFIX_BYTES_MAX);
    this.recordAt = slab.end;
    this.timestamp = timestamp;
    slab.bytes[slab.end + RECORD_LENGTH_BYTES] = 0;
    const at = writeVarint(slab.bytes, slab.end + RECORD_LENGTH_BYTES + 1, timestamp - batch.baseTimestamp);
    this.fieldAt = writeVarint(slab.bytes, at, batch.records) + KEY_LENGTH_BYTES;
    slab.end = this.fieldAt;
    return slab;
  }

  /** The key is written; the value is what is written from here on. */
  beginValue(isKeyNull = false): void {
    const { slab } = this;
    this.writeLength(this.fieldAt, KEY_LENGTH_BYTES, isKeyNull ? NULL_LENGTH : slab.end - this.fieldAt);
    slab.reserve(VALUE_LENGTH_BYTES);
    slab.end += VALUE_LENGTH_BYTES;
    this.fieldAt = slab.end;
  }

  endRecord(isValueNull = false, headers: OutRecord['headers'] = undefined): void {
    const { slab, recordAt } = this;
    this.writeLength(this.fieldAt, VALUE_LENGTH_BYTES, isValueNull ? NULL_LENGTH : slab.end - this.fieldAt);
    if (headers === undefined) slab.appendByte(0);
    else appendHeaders(slab, headers);
    const bodyAt = recordAt + RECORD_LENGTH_BYTES;
    this.writeLength(bodyAt, RECORD_LENGTH_BYTES, slab.end - bodyAt);
    const batch = this.batch!;
    if (batch.records > 0 && slab.end - batch.at > BATCH_BYTES_MAX) return this.moveToNextBatch();
    batch.records += 1;
    if (this.timestamp > batch.maxTimestamp) batch.maxTimestamp = this.timestamp;
    this.count += 1;
  }

  /** A point to go back to with `undo`. */
  mark(): void {
    const { marked, slab, batchList, batch } = this;
    marked.end = slab.end;
    marked.count = this.count;
    marked.batches = batchList.length;
    marked.batchRecords = batch?.records ?? 0;
    marked.maxTimestamp = batch?.maxTimestamp ?? 0;
  }

  /** Drops all since `mark`, what is half written too. */
  undo(): void {
    const { marked, slab, batchList } = this;
    slab.end = marked.end;
    this.count = marked.count;
    batchList.length = marked.batches;
    const batch = batchList.at(-1) ?? null;
    this.batch = batch;
    if (batch === null) return;
    batch.records = marked.batchRecords;
    batch.maxTimestamp = marked.maxTimestamp;
  }

  /** Empties it for the next transaction: whoever has its batches must be done with them. */
  clear(): void {
    this.slab.end = 0;
    this.count = 0;
    this.batchList.length = 0;
    this.batch = null;
  }

  batches(): BlockBatch[] {
    const { slab, batchList } = this;
    return batchList.map(({ at, records, baseTimestamp, maxTimestamp }, i) => {
      const end = batchList[i + 1]?.at ?? slab.end;
      return { bytes: slab.bytes.subarray(at, end), records, baseTimestamp, maxTimestamp };
    });
  }

  /** Copies of the records, for who wants them one by one. */
  *[Symbol.iterator](): Generator<OutRecord> {
    for (const { bytes, records, baseTimestamp } of this.batches()) {
      const cursor = new Cursor(Buffer.from(bytes), BATCH_HEADER_BYTES);
      for (let n = 0; n < records; n++) yield recordAt(cursor, baseTimestamp);
    }
  }

  private openBatch(baseTimestamp: number): OpenBatch {
    const { slab } = this;
    const batch = { at: slab.end, records: 0, baseTimestamp, maxTimestamp: baseTimestamp };
    slab.reserve(BATCH_HEADER_BYTES);
    slab.end += BATCH_HEADER_BYTES;
    this.batchList.push(batch);
    this.batch = batch;
    return batch;
  }

  /** The record just written has made its batch too large. */
  private moveToNextBatch(): void {
    const { slab, recordAt: start } = this;
    const { baseTimestamp } = this.batch!;
    const record = recordAt(new Cursor(Buffer.from(slab.bytes.subarray(start, slab.end)), 0), baseTimestamp);
    slab.end = start;
    this.openBatch(record.timestamp);
    this.add(record);
  }

  /** Writes a length before what begins at `at`, where so much room was left for it. */
  private writeLength(at: number, room: number, length: number): void {
    const { slab } = this;
    // As the usual one is, of one byte or of two.
    if (length >= 0 && length < ONE_BYTE_BELOW && room === 1) {
      slab.bytes[at - 1] = 2 * length;
      return;
    }
    if (length >= ONE_BYTE_BELOW && length < TWO_BYTES_BELOW && room === 2) {
      slab.bytes[at - 2] = 0x80 | ((2 * length) & 0x7f);
      slab.bytes[at - 1] = length >> 6;
      return;
    }
    const more = varintBytes(length) - room;
    if (more !== 0) {
      slab.reserve(more);
      slab.bytes.copyWithin(at + more, at, slab.end);
      slab.end += more;
    }
    writeVarint(slab.bytes, at - room, length);
  }
}

interface OpenBatch {
  readonly at: number;
  records: number;
  readonly baseTimestamp: number;
  maxTimestamp: number;
}

const SLAB_BYTES = 64 * 1024;
/** Room for the lengths of the usual record: a key of up to 63 bytes, a value and a record of 64 bytes to 8 KiB. */
const RECORD_LENGTH_BYTES = 2;
const KEY_LENGTH_BYTES = 1;
const VALUE_LENGTH_BYTES = 2;
/** Those, attributes, timestamp and offset. */
const PREFIX_BYTES_MAX = RECORD_LENGTH_BYTES + 1 + 10 + 5 + KEY_LENGTH_BYTES;
/** No key begins with it. */
export const NO_BYTE = -1;

/** Zigzag, seven bits a byte. */
const ONE_BYTE_BELOW = 2 ** 6;
const TWO_BYTES_BELOW = 2 ** 13;
/** A value of fewer bytes makes a record whose length takes two of them, if the key's takes one. */
const USUAL_BELOW = TWO_BYTES_BELOW - 2 ** 7;
/** Twice as much is an integer that shifts work on. */
const SMALL_BELOW = 2 ** 30;
const NULL_LENGTH = -1;
const LENGTH_BYTES_MAX = 5;

/** A number from 0 to `SMALL_BELOW`, as `writeVarint` does. */
function putSmall(view: DataView, start: number, value: number): number {
  let rest = 2 * value;
  let at = start;
  for (; rest >= 0x80; rest >>>= 7) view.setUint8(at++, (rest & 0x7f) | 0x80);
  view.setUint8(at, rest);
  return at + 1;
}

/** One that takes two bytes. */
function putTwoBytes(view: DataView, at: number, value: number): void {
  view.setUint8(at, 0x80 | ((2 * value) & 0x7f));
  view.setUint8(at + 1, value >> 6);
}

function appendHeaders(slab: Slab, headers: Readonly<Record<string, Buffer>>): void {
  const names = Object.keys(headers);
  appendVarint(slab, names.length);
  for (const name of names) {
    appendVarint(slab, Buffer.byteLength(name));
    slab.appendText(name);
    appendVarint(slab, headers[name]!.length);
    slab.append(headers[name]!);
  }
}

function appendVarint(slab: Slab, value: number): void {
  slab.reserve(LENGTH_BYTES_MAX);
  slab.end = writeVarint(slab.bytes, slab.end, value);
}

function recordAt(cursor: Cursor, baseTimestamp: number): OutRecord {
  cursor.varint();
  cursor.at += 1;
  const timestamp = baseTimestamp + cursor.varint();
  cursor.varint();
  const key = cursor.field();
  const value = cursor.field();
  const headers = cursor.headers();
  return headers === null ? { key, value, timestamp } : { key, value, timestamp, headers };
}
