import type { Log } from '../engine/log.ts';
import type { Codec } from '../records/codec.ts';
import type { CameraRead } from '../records/records.ts';
import { readBatches } from './read-batches.ts';
import { WriterOverloadedError } from './reads-route.ts';
import type { ReadsWriter } from './reads-route.ts';

/** Writes reads to the log, each to its garage's partition. */
export function newLogWriter(log: Pick<Log, 'append'>, codec: Codec<CameraRead>, partitions: number): ReadsWriter {
  return {
    async write(reads) {
      try {
        await log.append(readBatches(reads, codec, partitions));
      } catch (error) {
        if (error instanceof Error && error.name === 'AppendOverloadedError') throw new WriterOverloadedError(error.message);
        throw error;
      }
    },
  };
}
