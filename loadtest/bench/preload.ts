import type { Log, OutRecord } from '../../pipeline/engine/log.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { partitionOf } from '../../pipeline/records/partition.ts';
import { benchReads } from './bench-reads.ts';

const CHUNK_READS = 20_000;

/** Writes the benchmark's first `count` reads to a topic, as ingest would; plainly, without transaction markers. */
export async function preload(log: Log, ids: SchemaIds, topic: string, partitions: number, count: number): Promise<void> {
  const codec = openCodec('CameraRead', ids);
  const keys = new Map<string, { readonly key: Buffer; readonly partition: number }>();
  const startedMs = performance.now();
  let toldMs = startedMs;
  let written = 0;
  let chunk: OutRecord[][] = emptyChunk(partitions);

  const flush = async (): Promise<void> => {
    await log.append(chunk.map((records, partition) => ({ topic, partition, records })));
    chunk = emptyChunk(partitions);
    if (performance.now() - toldMs < 1_000) return;
    toldMs = performance.now();
    process.stderr.write(`preloading: ${written} of ${count} reads\n`);
  };
  for (const read of benchReads(count)) {
    let target = keys.get(read.garageId);
    if (target === undefined) {
      target = { key: Buffer.from(read.garageId), partition: partitionOf(read.garageId, partitions) };
      keys.set(read.garageId, target);
    }
    chunk[target.partition]!.push({ key: target.key, value: codec.encode(read), timestamp: read.receivedAt });
    written += 1;
    if (written % CHUNK_READS === 0) await flush();
  }
  await flush();
  process.stderr.write(`preloaded ${written} reads in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
}

const emptyChunk = (partitions: number): OutRecord[][] => Array.from({ length: partitions }, () => []);
