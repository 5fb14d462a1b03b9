import type { Log } from '../engine/log.ts';
import type { Codec } from '../records/codec.ts';
import type { CameraRead } from '../records/records.ts';
import { readBatches } from './read-batches.ts';
import type { ReadsWriter } from './reads-route.ts';

/** Writes reads to the log, each to its garage's partition. */
export function newLogWriter(log: Pick<Log, 'append'>, codec: Codec<CameraRead>, partitions: number): ReadsWriter {
  return {
    write: (reads) => log.append(readBatches(reads, codec, partitions, Date.now())),
  };
}
