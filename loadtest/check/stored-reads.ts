import { topics } from '../../topics/topics.ts';
import { endsOf, type PartitionEnd } from '../../pipeline/engine/consumed.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import type { CameraRead } from '../../pipeline/records/records.ts';
import { placeOf } from '../gateways/prepared-day.ts';
import type { ReadCounts } from './read-counts.ts';

/** Where each partition of `parking.reads` ends now. */
export function readsEnds(log: Log): Promise<PartitionEnd[]> {
  return endsOf(log, [topics.reads.name]);
}

/**
 * The reads of a run as they stand on `parking.reads`, partition after partition, each read where it stands first.
 * Every one is counted, the repeated ones too.
 * @param begun where the partitions ended before the run
 * @throws when something stands among the run's garages that the run never sends
 */
export async function* storedReads(
  log: Log, ids: SchemaIds, begun: readonly PartitionEnd[], run: string, counts: ReadCounts,
): AsyncGenerator<CameraRead[]> {
  const codec = openCodec('CameraRead', ids);
  const ends = await readsEnds(log);
  for (const [index, at] of ends.entries()) {
    for await (const records of recordsBetween(log, at, begun[index]!.end, at.end)) {
      const first: CameraRead[] = [];
      for (const { key, value } of records) {
        if (value === null || key === null || !key.toString().startsWith(`${run}-`)) continue;
        const read = codec.decode(value);
        const place = placeOf(run, read.readId);
        if (place === null) {
          throw new Error(`${at.topic}[${at.partition}] has a read that k6 never sent: ${read.readId}`);
        }
        if (counts.of(place) === 0) first.push(read);
        counts.add(place.gateway, { date: place.date, from: place.index, count: 1 });
      }
      yield first;
    }
  }
}
