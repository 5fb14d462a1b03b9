import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FileError } from '../../reads-file/file-items.ts';
import type { CameraRead } from '../../records/records.ts';
import { unpackReads } from './packed-reads.ts';
import type { ThreadSays } from './reads-file-thread.ts';

/** So many batches at a time the reader says that it has taken. */
const TOLD_AFTER = 8;

/**
 * The reads of a file, as `readsInFile` gives them, but read, unzipped and parsed by a thread of its own while the reads
 * before are worked on.
 * @throws as `readsInFile` does
 */
export async function* readsOfFile(path: string): AsyncGenerator<CameraRead[]> {
  const thread = new Worker(new URL('./reads-file-thread.ts', import.meta.url), { workerData: { path } });
  try {
    let taken = 0;
    for await (const [said] of on(thread, 'message', { close: ['exit'] }) as AsyncIterable<[ThreadSays]>) {
      switch (said.kind) {
        case 'reads':
          // Now and then only: to wake the thread costs more than to take a message from it.
          if (++taken % TOLD_AFTER === 0) thread.postMessage(TOLD_AFTER);
          yield unpackReads(said.packed);
          break;
        case 'refused':
          throw new FileError(path, said.line, said.fault);
        case 'failed':
          throw said.error;
        case 'end':
          return;
      }
    }
    throw new Error(`the thread that read ${path} ended before the file did`);
  } finally {
    await thread.terminate();
  }
}
