import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse';
import { checkRead } from '../ingest/check-read.ts';
import { contractFormat } from '../ingest/formats/contract.ts';
import type { CameraRead } from '../records/records.ts';

/** A line of the file: the read that stands there, as it was written and as it was understood, or why there is none. */
export type ReadLine =
  | { readonly line: number; readonly item: object; readonly read: CameraRead; readonly fault?: undefined }
  | { readonly line: number; readonly fault: string };

/**
 * The reads of a file in its order: NDJSON in the contract's form, or CSV (a name that ends in .csv) whose first line
 * names the same fields; either may be gzipped (.gz). In CSV `candidates` is JSON or empty, and an empty `confidence` is 1.
 * Empty lines are passed over; a bad line is one with a fault, and never ends the reading.
 * @throws when the file can't be read
 */
export async function* readReadsFile(path: string): AsyncGenerator<ReadLine> {
  const now = Date.now();
  const name = path.replace(/\.gz$/, '');
  const lines = name.endsWith('.csv') ? csvItems(textOf(path)) : jsonItems(textOf(path));
  for await (const { line, item } of lines) {
    const unchecked = contractFormat.read(item);
    const read = unchecked === null ? { field: '', reason: 'is no read' } : checkRead(unchecked, now, 'replay');
    yield 'reason' in read ? { line, fault: `${read.field} ${read.reason}`.trim() } : { line, item: item as object, read };
  }
}

interface Item {
  readonly line: number;
  /** Undefined: the line could not be parsed. */
  readonly item: unknown;
}

function textOf(path: string): Readable {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  const text = createGunzip();
  file.on('error', (error) => text.destroy(error));
  return file.pipe(text);
}

async function* jsonItems(text: Readable): AsyncGenerator<Item> {
  let line = 0;
  let rest = '';
  for await (const chunk of text.setEncoding('utf8') as AsyncIterable<string>) {
    const contents = (rest + chunk).split('\n');
    rest = contents.pop()!;
    for (const content of contents) {
      line += 1;
      if (content.trim() !== '') yield { line, item: parsed(content) };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, item: parsed(rest) };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

type CsvRow = { readonly info: { readonly lines: number }; readonly record: Readonly<Record<string, string>> };

async function* csvItems(text: Readable): AsyncGenerator<Item> {
  const rows = parseCsv({ columns: true, bom: true, info: true, skip_empty_lines: true, relax_column_count: true, trim: true });
  text.on('error', (error) => rows.destroy(error));
  text.pipe(rows);
  for await (const { info, record } of rows as AsyncIterable<CsvRow>) {
    const { confidence, candidates, ...fields } = record;
    yield {
      line: info.lines,
      item: {
        ...fields,
        confidence: confidence ? Number(confidence) : 1,
        candidates: candidates ? parsed(candidates) : [],
      },
    };
  }
}
