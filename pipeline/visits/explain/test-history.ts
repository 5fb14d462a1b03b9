import { allTopics, partitionCounts, topics } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import { inCluster } from '../../engine/simulation/in-cluster.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { CameraRead, Control, Garage, RecordOf } from '../../records/records.ts';
import { controlOf, garageOf, start, type TestGarage } from '../test-garage.ts';

/** For tests: there is one writer only. */
export const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };

type SchemaOf = keyof RecordOf & Parameters<typeof openCodec>[0];

/** Writes a record to the partition of its key. */
export async function append<N extends SchemaOf>(
  log: Log, schema: N, topic: string, key: string, value: RecordOf[N], timestamp = start,
): Promise<void> {
  const count = partitionCounts[allTopics.find(({ name }) => name === topic)!.group];
  const bytes = Buffer.from(openCodec(schema, ids).encode(value));
  const partition = count === 1 ? 0 : partitionOf(key, count);
  await log.append([{ topic, partition, records: [{ key: Buffer.from(key), value: bytes, timestamp }] }]);
}

/**
 * A log in memory that holds what a test garage saw, was told and told.
 * @param reads all that it saw, in order @param controls besides its configuration and what `advance` did
 */
export async function withHistory(
  garage: TestGarage, reads: readonly CameraRead[], controls: readonly Control[], work: (log: Log) => Promise<void>, configured: Garage = garageOf(),
): Promise<void> {
  const counts = Object.fromEntries(allTopics.map(({ name, group }) => [name, partitionCounts[group]]));
  await inCluster(counts, async ({ openClient }) => {
    const { log } = openClient('test');
    await append(log, 'Garage', topics.garages.name, 'g1', configured);
    for (const control of [controlOf('configuration', { version: 1 }), ...controls]) {
      await append(log, 'Control', topics.visitsControl.name, 'g1', control);
    }
    for (const read of reads) await append(log, 'CameraRead', topics.reads.name, 'g1', read, read.receivedAt);
    for (const told of garage.told.all) {
      if ('visitId' in told) await append(log, 'Visit', topics.visits.name, 'g1', told);
      else await append(log, 'Irregularity', topics.irregularities.name, 'g1', told);
    }
    for (const move of garage.told.clockMoves) await append(log, 'ClockMove', topics.visitsClock.name, 'g1', move);
    await work(log);
  });
}
