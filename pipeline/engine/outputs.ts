import type { OutRecord, TransactionBatch } from './log.ts';
import { RecordBlock, type ValueEncoder } from './record-block.ts';

/**
 * What one transaction will write, per partition and in order. A mark taken before a record lets what
 * a failing rule added be dropped again. Used over and over: the memory of one transaction serves the next.
 */
export class Outputs {
  private readonly perPartition = new Map<string, RecordBlock[]>();
  private readonly all: OutputBlock[] = [];
  /** Blocks that were written to since `mark`. */
  private readonly touched: RecordBlock[] = [];

  add(topic: string, partition: number, record: OutRecord): void {
    this.blockOf(topic, partition).add(record);
  }

  /** A record whose value is encoded where it stays, with no object made of it. */
  addEncoded<V>(topic: string, partition: number, key: Buffer, timestamp: number, encoder: ValueEncoder<V>, value: V): void {
    this.blockOf(topic, partition).addEncoded(key, timestamp, encoder, value);
  }

  /** Where to write what goes to a partition. */
  blockOf(topic: string, partition: number): RecordBlock {
    const block = this.perPartition.get(topic)?.[partition] ?? this.newBlock(topic, partition);
    if (!this.touched.includes(block)) {
      block.mark();
      this.touched.push(block);
    }
    return block;
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
    this.touched.length = 0;
  }

  /** Drops everything added since `mark`. */
  undo(): void {
    for (const block of this.touched) block.undo();
    this.touched.length = 0;
  }

  batches(): TransactionBatch[] {
    return this.all.filter(({ records }) => records.length > 0);
  }

  /** The transaction is committed: makes room for the next. */
  clear(): void {
    for (const { records } of this.all) records.clear();
    this.touched.length = 0;
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

interface OutputBlock extends TransactionBatch {
  readonly records: RecordBlock;
}
