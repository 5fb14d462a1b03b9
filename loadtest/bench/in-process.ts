import { hashWith } from '../../pipeline/engine/hashes.ts';
import { InputQueue } from '../../pipeline/engine/input-queue.ts';
import { Outputs } from '../../pipeline/engine/outputs.ts';
import { BATCH_HEADER_BYTES, RecordBlock } from '../../pipeline/engine/record-block.ts';
import { TaskState } from '../../pipeline/engine/state.ts';
import { checksumOf, stamp, type Producer } from '../../pipeline/kafka/record-batch.ts';
import { readRecords } from '../../pipeline/kafka/record-reader.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { partitionOf } from '../../pipeline/records/partition.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { benchReads } from './bench-reads.ts';

/**
 * The work of the visits stage on each read, from the bytes that a broker would answer to those that it would be sent, with
 * no broker: what `node --cpu-prof` should be pointed at, and a figure that no broker's mood changes.
 */
export interface InProcess {
  readonly loop: 'in process';
  readonly reads: number;
  /** Of this process, the collector's threads included. */
  readonly cpu_us_a_read: number;
  readonly visit_bytes: number;
  /** Of the changelog. */
  readonly state_bytes: number;
  readonly state_keys: number;
  /** Of all that would be sent, each byte: with the same digest another way of computing changed nothing. */
  readonly outputs_digest: string;
  readonly peak_rss_mb: number;
}

export function drainInProcess(count: number): InProcess {
  const stage = visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } });
  const tasks = fetchesOf(count).map((fetches, id) => {
    const state = new TaskState();
    return {
      id, fetches, state, rules: stage.openTask(id, state), out: new Outputs(), queue: new InputQueue(topics.reads.name, id, 0),
      next: 0,
    };
  });
  let reads = 0;
  const bytes = new Map<string, number>();
  let digest = 0;
  const cpuAtStart = process.cpuUsage();
  while (tasks.some(({ fetches, queue }) => fetches.length > 0 || queue.size > 0)) {
    for (const task of tasks) reads += transact(task);
  }
  const { user, system } = process.cpuUsage(cpuAtStart);
  return {
    loop: 'in process',
    reads,
    cpu_us_a_read: Math.round((100 * (user + system)) / reads) / 100,
    visit_bytes: bytes.get(topics.visits.name)!,
    state_bytes: bytes.get(topics.visitsState.name)!,
    state_keys: tasks.reduce((sum, { state }) => sum + state.size, 0),
    outputs_digest: (digest >>> 0).toString(16).padStart(8, '0'),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };

  /** One transaction of a task; how many reads it took in. */
  function transact(task: (typeof tasks)[number]): number {
    const { id, fetches, state, rules, out, queue } = task;
    while (queue.size < TRANSACTION_RECORDS && fetches.length > 0) {
      const { records, next } = readRecords(fetches.shift()!, [], task.next);
      queue.deliver({ topic: queue.topic, partition: id, from: task.next, records, next, start: 0, stable: Infinity });
      task.next = next;
    }
    let taken = 0;
    for (let record = queue.peek(); record !== undefined && taken < TRANSACTION_RECORDS; record = queue.peek()) {
      state.mark();
      out.mark();
      rules.apply({ topic: queue.topic, record, monotonicMs: 0 }, out);
      queue.take();
      taken += 1;
    }
    state.settle(out.blockOf(stage.changelog, id), 0);
    for (const { topic, records } of out.batches() as { topic: string; records: RecordBlock }[]) {
      bytes.set(topic, (bytes.get(topic) ?? 0) + records.sizeBytes);
      for (const batch of records.batches()) {
        stamp(batch, nobody, 0);
        digest = hashWith(digest, checksumOf(batch));
      }
    }
    out.clear();
    return taken;
  }
}

/** As the engine takes at most. */
const TRANSACTION_RECORDS = 4_000;
const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('no registry here')) };
const nobody: Producer = { producerId: 1n, epoch: 0, transactional: true };

/** What a broker would answer to one fetch after the other, for each partition. */
function fetchesOf(count: number): Buffer[][] {
  const codec = openCodec('CameraRead', ids);
  const partitions = Array.from({ length: partitionCounts.garage }, () => ({
    fetches: [] as Buffer[], block: new RecordBlock(), offset: 0,
  }));
  const flush = (partition: (typeof partitions)[number]): void => {
    for (const batch of partition.block.batches()) {
      stamp(batch, nobody, 0);
      batch.bytes.writeBigInt64BE(BigInt(partition.offset), 0);
      partition.offset += batch.records;
      partition.fetches.push(Buffer.from(batch.bytes));
    }
    partition.block.clear();
  };
  for (const read of benchReads(count)) {
    const partition = partitions[partitionOf(read.garageId, partitions.length)]!;
    partition.block.add({ key: Buffer.from(read.garageId), value: codec.encode(read), timestamp: read.receivedAt });
    if (partition.block.sizeBytes > FETCH_BYTES - BATCH_HEADER_BYTES) flush(partition);
  }
  partitions.forEach(flush);
  return partitions.map(({ fetches }) => fetches);
}

const FETCH_BYTES = 512 * 1024;
