import { parseInstant } from '../../ingest/time.ts';
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
      const receivedAt = receivedAtOf(found.item, found.read);
      if (receivedAt === null) throw new FileError(path, found.line, 'receivedAt must be an RFC 3339 time with an offset');
      return { ...found.read, receivedAt };
    });
  }
}

function receivedAtOf({ receivedAt }: { readonly receivedAt?: unknown }, { capturedAt }: CameraRead): number | null {
  if (receivedAt === undefined) return capturedAt;
  return typeof receivedAt === 'string' ? parseInstant(receivedAt) : null;
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
