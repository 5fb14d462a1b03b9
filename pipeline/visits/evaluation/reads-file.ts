import { NO_TIME } from '../../ingest/check-read.ts';
import { receivedAtOf } from '../../ingest/contract.ts';
import { FileError, itemsOfFile, UNPARSED } from '../../reads-file/file-items.ts';
import { readLinesOfFile } from '../../reads-file/read-lines.ts';
import type { CameraRead } from '../../records/records.ts';

/**
 * The reads of a file, see `readLinesOfFile`. Each was received when its `receivedAt` says, or else when it was captured.
 * @throws {FileError} at the first line that holds no read, naming the line, the field and what is wrong
 */
export async function* readsInFile(path: string): AsyncGenerator<CameraRead[]> {
  for await (const lines of readLinesOfFile(path, { receivedAt: Infinity, source: 'file' })) {
    yield lines.map((found) => {
      if (found.fault !== undefined) throw new FileError(path, found.line, found.fault);
      const receivedAt = receivedAtOf(found.item, Infinity);
      if (receivedAt === null) throw new FileError(path, found.line, `receivedAt ${NO_TIME}`);
      return { ...found.read, receivedAt: receivedAt === Infinity ? found.read.capturedAt : receivedAt };
    });
  }
}

/** Objects, one JSON text a line. @throws {FileError} naming the line that is none */
export async function* objectsOfFile(path: string): AsyncGenerator<unknown> {
  for await (const items of itemsOfFile(path)) {
    for (const { line, item } of items) {
      if (item === undefined) throw new FileError(path, line, UNPARSED);
      yield item;
    }
  }
}
