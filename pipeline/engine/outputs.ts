import type { KeyAndValue } from '../records/slab.ts';
import type { OutRecord, TransactionBatch } from './log.ts';
import { NO_BYTE, RecordBlock, type ValueEncoder } from './record-block.ts';

/**
 * What one transaction will write, per partition and in order. A mark taken before a record lets what
 * a failing rule added be dropped again. Used over and over: the memory of one transaction serves the next.
 */
export class Outputs {
  private readonly perPartition = new Map<string, RecordBlock[]>();
  private readonly all: OutputBlock[] = [];
  /** Blocks that were written to since `mark`. */
  private readonly touched: RecordBlock[] = [];
  private touchedCount = 0;
  private last: RecordBlock = null!;
  private lastTopic = '';
  private lastPartition = -1;

  add(topic: string, partition: number, record: OutRecord): void {
    this.blockOf(topic, partition).add(record);
  }

  /** A record whose value is encoded where it stays, with no object made of it. */
  addEncoded<V>(topic: string, partition: number, key: string, timestamp: number, encoder: ValueEncoder<V>, value: V): void {
    this.blockOf(topic, partition).addEncoded(key, timestamp, encoder, value);
  }

  /** Where to write what goes to a partition. */
  blockOf(topic: string, partition: number): RecordBlock {
    const block = this.find(topic, partition);
    for (let i = 0; i < this.touchedCount; i++) if (this.touched[i] === block) return block;
    block.mark();
    // Written over from mark to mark: a list cut short at each record would be made anew at each record.
    this.touched[this.touchedCount++] = block;
    return block;
  }

  private find(topic: string, partition: number): RecordBlock {
    // Mostly that of the record before.
    if (topic !== this.lastTopic || partition !== this.lastPartition) {
      this.last = this.perPartition.get(topic)?.[partition] ?? this.newBlock(topic, partition);
      this.lastTopic = topic;
      this.lastPartition = partition;
    }
    return this.last;
  }

  /** What the records will take on the wire. */
  get sizeBytes(): number {
    let bytes = 0;
    for (const { records } of this.all) bytes += records.sizeBytes;
    return bytes;
  }

  get count(): number {
    let count = 0;
    for (const { records } of this.all) count += records.length;
    return count;
  }

  /** A point to go back to with `undo`. */
  mark(): void {
    this.touchedCount = 0;
  }

  /** Drops everything added since `mark`. */
  undo(): void {
    for (let i = 0; i < this.touchedCount; i++) this.touched[i]!.undo();
    this.touchedCount = 0;
  }

  batches(): TransactionBatch[] {
    return this.all.filter(({ records }) => records.length > 0);
  }

  /** The transaction is committed: makes room for the next. */
  clear(): void {
    for (const { records } of this.all) records.clear();
    this.touchedCount = 0;
  }

  private newBlock(topic: string, partition: number): RecordBlock {
    const records = new RecordBlock();
    let partitions = this.perPartition.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.perPartition.set(topic, partitions);
    }
    partitions[partition] = records;
    this.all.push({ topic, partition, records });
    return records;
  }
}

/** Where the rules' sink writes, which lives as long as the task: the outputs of the record at hand, at its time. */
export class OutputsNow {
  out: Outputs = null!;
  timestamp = 0;

  begin(out: Outputs, timestamp: number): void {
    this.out = out;
    this.timestamp = timestamp;
  }

  add<V>(topic: string, partition: number, key: string, encoder: ValueEncoder<V>, value: V): void {
    this.out.addEncoded(topic, partition, key, this.timestamp, encoder, value);
  }

  /** A record that stands somewhere as bytes. */
  addBytes(topic: string, partition: number, { bytes, valueAt, end }: KeyAndValue): void {
    this.out.blockOf(topic, partition).addBytes(this.timestamp, NO_BYTE, bytes, 0, valueAt, end);
  }
}

interface OutputBlock extends TransactionBatch {
  readonly records: RecordBlock;
}
