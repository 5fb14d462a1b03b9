import type { OutBatch, OutRecord } from './log.ts';

/**
 * What one transaction will write, per partition and in order. A mark taken before a record lets what
 * a failing rule added be dropped again.
 */
export class Outputs {
  private readonly perPartition = new Map<string, OutRecord[][]>();
  /** In the order of adding, so that a mark can be gone back to. */
  private readonly added: OutRecord[][] = [];
  private bytes = 0;

  add(topic: string, partition: number, record: OutRecord): void {
    let partitions = this.perPartition.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.perPartition.set(topic, partitions);
    }
    const records = (partitions[partition] ??= []);
    records.push(record);
    this.added.push(records);
    this.bytes += sizeBytes(record);
  }

  /** About what the records will take on the wire. */
  get sizeBytes(): number {
    return this.bytes;
  }

  get count(): number {
    return this.added.length;
  }

  /** Drops everything added after `count` was this. */
  truncate(count: number): void {
    while (this.added.length > count) {
      const record = this.added.pop()!.pop()!;
      this.bytes -= sizeBytes(record);
    }
  }

  batches(): OutBatch[] {
    const batches: OutBatch[] = [];
    for (const [topic, partitions] of this.perPartition) {
      partitions.forEach((records, partition) => {
        if (records.length > 0) batches.push({ topic, partition, records });
      });
    }
    return batches;
  }
}

/** Varint fields, lengths and the record's own header come to about this much. */
const RECORD_OVERHEAD_BYTES = 16;

function sizeBytes(record: OutRecord): number {
  return RECORD_OVERHEAD_BYTES + (record.key?.length ?? 0) + (record.value?.length ?? 0);
}
