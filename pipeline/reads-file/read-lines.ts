import { checkRead } from '../ingest/check-read.ts';
import { contractRead } from '../ingest/contract.ts';
import type { CameraRead } from '../records/records.ts';
import { itemsOfFile, UNPARSED, type FileItem } from './file-items.ts';

/** A line of a file: the read that stands there, as it was written and as it was understood, or why there is none. */
export type ReadLine =
  | { readonly line: number; readonly item: object; readonly read: CameraRead; readonly fault?: undefined }
  | { readonly line: number; readonly fault: string };

export interface ReadLinesOptions {
  /** Given to every read: UTC ms, or Infinity where no time of capture is too far ahead. */
  readonly receivedAt: number;
  /** Given to every read. */
  readonly source: string;
}

/**
 * The reads of a file in its order, many at a time; see `itemsOfFile` for its forms. A line that holds no read of the
 * contract is one with a fault, and does not end the reading.
 * @throws as `itemsOfFile` does
 */
export async function* readLinesOfFile(path: string, options: ReadLinesOptions): AsyncGenerator<ReadLine[]> {
  for await (const items of itemsOfFile(path)) yield items.map((item) => readLine(item, options));
}

function readLine({ line, item }: FileItem, { receivedAt, source }: ReadLinesOptions): ReadLine {
  const unchecked = contractRead(item);
  if (unchecked === null) return { line, fault: item === undefined ? UNPARSED : 'must be an object' };
  const read = checkRead(unchecked, receivedAt, source);
  return 'reason' in read ? { line, fault: `${read.field} ${read.reason}` } : { line, item: unchecked, read };
}
