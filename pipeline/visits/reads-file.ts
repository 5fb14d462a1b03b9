import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { checkRead, type UncheckedRead } from '../ingest/check-read.ts';
import { parseInstant } from '../ingest/time.ts';
import type { CameraRead } from '../records/records.ts';

/** A line of a file is not what it should be; the message names file and line, never the content. */
export class FileError extends Error {
  override name = 'FileError';
}

/**
 * Reads of the JSON contract, one a line, or as CSV with the same names in its first line; `.gz` is unpacked.
 * In the order of the file, many at a time. `receivedAt` may be missing: then it is capturedAt.
 * @throws {FileError} naming the line, the field and what is wrong
 */
export async function* readsOfFile(path: string): AsyncGenerator<CameraRead[]> {
  const read = /\.csv(\.gz)?$/.test(path) ? csvReader() : (line: string) => JSON.parse(line) as unknown;
  for await (const { lines, firstLine } of linesOfFile(path)) {
    const reads: CameraRead[] = [];
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] === '') continue;
      const raw = parsed(read, lines[i]!, path, firstLine + i);
      if (raw !== null) reads.push(checked(raw, path, firstLine + i));
    }
    yield reads;
  }
}

/** Objects, one JSON text a line. @throws {FileError} naming the line that is none */
export async function* objectsOfFile(path: string): AsyncGenerator<unknown> {
  for await (const { lines, firstLine } of linesOfFile(path)) {
    for (let i = 0; i < lines.length; i++) {
      if (lines[i] !== '') yield parsed(JSON.parse, lines[i]!, path, firstLine + i);
    }
  }
}

/** Whole lines, a chunk of the file at a time; the first line is number 1. */
async function* linesOfFile(path: string): AsyncGenerator<{ lines: string[]; firstLine: number }> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const unpacked = path.endsWith('.gz') ? createGunzip({ chunkSize: 1024 * 1024 }) : null;
  const unpacking = unpacked === null ? Promise.resolve() : pipeline(file, unpacked);
  // The loop below meets the same error.
  unpacking.catch(() => {});
  let rest = '';
  let firstLine = 1;
  for await (const text of (unpacked ?? file).setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    yield { lines, firstLine };
    firstLine += lines.length;
  }
  await unpacking;
  yield { lines: [rest], firstLine };
}

function parsed<T>(parse: (line: string) => T, line: string, path: string, number: number): T {
  try {
    return parse(line);
  } catch {
    throw new FileError(`${path}, line ${number}: can't be read; each line must be a whole record`);
  }
}

/** Lines after the header as objects of the contract; null for the header itself. A field can't hold a line break. */
function csvReader(): (line: string) => UncheckedRead | null {
  let names: string[] | null = null;
  return (line) => {
    const [values] = parseCsv(line, { relax_column_count: true }) as string[][];
    if (names === null) {
      names = values!.map((name) => name.trim());
      return null;
    }
    const read: Record<string, unknown> = {};
    names.forEach((name, i) => {
      read[name] = values![i];
    });
    read['confidence'] = read['confidence'] ? Number(read['confidence']) : 1;
    read['candidates'] = read['candidates'] ? JSON.parse(read['candidates'] as string) : [];
    return read;
  };
}

function checked(raw: unknown, path: string, number: number): CameraRead {
  if (typeof raw !== 'object' || raw === null) throw new FileError(`${path}, line ${number}: must be an object`);
  const read = checkRead(raw, Infinity, 'file');
  if ('reason' in read) throw new FileError(`${path}, line ${number}: ${read.field} ${read.reason}`);
  const { receivedAt } = raw as { receivedAt?: unknown };
  if (receivedAt === undefined) return { ...read, receivedAt: read.capturedAt };
  const instant = typeof receivedAt === 'string' ? parseInstant(receivedAt) : null;
  if (instant === null) {
    throw new FileError(`${path}, line ${number}: receivedAt must be an RFC 3339 time with an offset`);
  }
  return { ...read, receivedAt: instant };
}
