import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse as parseCsv } from 'csv-parse';

/** What stands on a line of a file, before anything of it is checked. */
export interface FileItem {
  /** The first is number 1. Where quoted CSV fields hold line breaks, the last line of the item. */
  readonly line: number;
  /** Undefined: the line can't be parsed. */
  readonly item: unknown;
}

/** Why a line whose item is undefined is not taken. */
export const UNPARSED = "can't be read; each line must be a whole record";

/** A line of a file is not what it should be; the message names file and line, never the content. */
export class FileError extends Error {
  override name = 'FileError';
  readonly line: number;
  readonly fault: string;
  constructor(path: string, line: number, fault: string) {
    super(`${path}, line ${line}: ${fault}`);
    this.line = line;
    this.fault = fault;
  }
}

/**
 * The items of a file in its order, many at a time: NDJSON, or reads as CSV (a name that ends in .csv) whose first line
 * names the fields of the contract; either may be gzipped (.gz). In CSV `candidates` is JSON or empty, and an empty
 * `confidence` is 1. Empty lines are passed over.
 * @throws when the file can't be read; {FileError} at a quote in CSV behind which nothing can be told apart any more
 */
export function itemsOfFile(path: string): AsyncGenerator<FileItem[]> {
  return /\.csv(\.gz)?$/.test(path) ? csvItems(path) : jsonItems(path);
}

async function* jsonItems(path: string): AsyncGenerator<FileItem[]> {
  let rest = '';
  let line = 0;
  for await (const text of textOf(path)) {
    const contents = (rest + text).split('\n');
    rest = contents.pop()!;
    const items: FileItem[] = [];
    for (const content of contents) {
      line += 1;
      if (content.trim() !== '') items.push({ line, item: parsed(content) });
    }
    yield items;
  }
  if (rest.trim() !== '') yield [{ line: line + 1, item: parsed(rest) }];
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

const CSV_ITEMS_AT_ONCE = 1000;

type CsvRow = { readonly info: { readonly lines: number }; readonly record: Readonly<Record<string, string>> };

async function* csvItems(path: string): AsyncGenerator<FileItem[]> {
  const rows = parseCsv({
    columns: true, info: true, record_delimiter: '\n', relax_column_count: true, skip_empty_lines: true, trim: true,
  });
  // The loop below meets the same error.
  pipeline(withLineFeeds(textOf(path)), rows).catch(() => {});
  let items: FileItem[] = [];
  try {
    for await (const { info, record } of rows as AsyncIterable<CsvRow>) {
      items.push({ line: info.lines, item: csvItem(record) });
      if (items.length < CSV_ITEMS_AT_ONCE) continue;
      yield items;
      items = [];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's own message may quote what stands there.
    throw new FileError(path, error['lines'] as number, 'a quoted field does not end as CSV wants it');
  }
  yield items;
}

function csvItem({ confidence, candidates, ...fields }: CsvRow['record']): object {
  return {
    ...fields,
    confidence: confidence ? Number(confidence) : 1,
    // What is no JSON stays the text that it is, and is refused by its name.
    candidates: candidates ? (parsed(candidates) ?? candidates) : [],
  };
}

/** Line breaks of any system, of several in one file too, as line feeds: the parser goes by one kind. */
async function* withLineFeeds(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const text of texts) {
    const whole = held + text;
    held = whole.endsWith('\r') ? '\r' : '';
    yield whole.slice(0, whole.length - held.length).replaceAll(/\r\n?/g, '\n');
  }
  yield held;
}

/**
 * What a chunk becomes is all alive at once: a larger one outlives the young generation, and costs more than it spares.
 */
const CHUNK_BYTES = 256 * 1024;

/** The text of a file, unpacked, without a byte order mark. */
async function* textOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const unpacked = path.endsWith('.gz') ? createGunzip({ chunkSize: CHUNK_BYTES }) : null;
  const unpacking = unpacked === null ? Promise.resolve() : pipeline(file, unpacked);
  // The loop below meets the same error.
  unpacking.catch(() => {});
  let isFirst = true;
  for await (const text of (unpacked ?? file).setEncoding('utf8') as AsyncIterable<string>) {
    yield isFirst && text.startsWith('\ufeff') ? text.slice(1) : text;
    isFirst = false;
  }
  await unpacking;
}
