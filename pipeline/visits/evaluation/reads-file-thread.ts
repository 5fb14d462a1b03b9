import { parentPort, workerData } from 'node:worker_threads';
import { FileError } from '../../reads-file/file-items.ts';
import { packReads, transferable, type PackedReads } from './packed-reads.ts';
import { readsInFile } from './reads-file.ts';

/**
 * What the thread that reads a file says: some reads, the end, or why it goes no further (an error of a class of ours would
 * lose its class between threads).
 */
export type ThreadSays =
  | { readonly kind: 'reads'; readonly packed: PackedReads }
  | { readonly kind: 'end' }
  | { readonly kind: 'refused'; readonly line: number; readonly fault: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Ahead of the reader by at most so many batches, each a chunk of the file. */
const MOST_AHEAD = 24;

const port = parentPort!;
const say = (message: ThreadSays, handOver: ArrayBuffer[] = []): void => port.postMessage(message, handOver);

let ahead = 0;
let goOn = (): void => {};
port.on('message', (taken: number) => {
  ahead -= taken;
  goOn();
});

try {
  for await (const reads of readsInFile((workerData as { path: string }).path)) {
    const packed = packReads(reads);
    say({ kind: 'reads', packed }, transferable(packed));
    ahead += 1;
    if (ahead >= MOST_AHEAD) await new Promise<void>((resolve) => (goOn = resolve));
  }
  say({ kind: 'end' });
} catch (error) {
  if (error instanceof FileError) say({ kind: 'refused', line: error.line, fault: error.fault });
  else say({ kind: 'failed', error });
}
port.close();
