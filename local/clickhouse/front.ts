import { randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import { isInsert, openEngine } from './engine.ts';
import type { Engine, Result, Statement } from './engine.ts';
import { readStatementRequest, RefusedError } from './request.ts';
import type { StatementRequest } from './request.ts';

export interface ClickHouseFront {
  readonly url: string;
  /** Version of the engine, such as 26.7.2.1. */
  readonly version: string;
  /** Takes no more requests, lets the running ones end, releases the data directory. */
  close(): Promise<void>;
}

/**
 * The part of ClickHouse's HTTP interface that clients need, over the engine in this process.
 * Listens on 127.0.0.1 only and asks for no password: for one machine, not for a network.
 * @param port 0 takes a free one
 */
export async function startClickHouseFront(options: { port: number; dataDir: string }): Promise<ClickHouseFront> {
  const engine = openEngine(options.dataDir);
  const server = createServer((request, response) => void answer(engine, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  }).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    version: engine.version,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      await engine.close();
    },
  };
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://front');
    if (url.pathname === '/ping' || (url.pathname === '/' && isBareGet(request, url))) return ok(response);
    if (url.pathname !== '/') return notFound(response);
    const asked = readStatementRequest(request.method ?? 'GET', url, (name) => headerText(request, name));
    const statement = toStatement(asked, await readBody(request));
    // Nobody waits for it any more, and a client that gave up sends it again.
    if (request.socket.destroyed) return;
    const result = await engine.run(statement);
    await sendResult(response, asked, result, engine.timezone);
  } catch (error) {
    sendException(response, error);
  }
}

function isBareGet(request: IncomingMessage, url: URL): boolean {
  return request.method !== 'POST' && !url.searchParams.has('query');
}

function ok(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' }).end('Ok.\n');
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such path here. Use / or /ping.\n');
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body is the statement, or what follows the statement of the URL: rows for an INSERT. */
function toStatement(asked: StatementRequest, body: Buffer): Statement {
  if (isInsert(asked.query)) return { ...asked.statement, text: asked.query, rows: rowsOf(asked.query, body) };
  return { ...asked.statement, text: [asked.query, textOf(body)].filter(Boolean).join('\n'), rows: null };
}

/** Null when the INSERT needs none (`INSERT ... SELECT`, inline values). */
function rowsOf(query: string, body: Buffer): Buffer | null {
  if (body.length === 0 && !/\bFORMAT\s+\w+\s*;?\s*$/i.test(query)) return null;
  textOf(body);
  return body;
}

function textOf(body: Buffer): string {
  if (!isUtf8(body)) {
    throw new RefusedError('this local ClickHouse takes UTF-8 text only: insert in JSONEachRow, CSV or TabSeparated');
  }
  return body.toString('utf8');
}

const MOST_BODY_BYTES = 128 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) {
        throw new RefusedError(`the body is larger than ${MOST_BODY_BYTES} bytes: send it in several inserts`);
      }
      chunks.push(chunk);
    }
  };
  const encoding = headerText(request, 'content-encoding');
  if (encoding === 'gzip') await pipeline(request, createGunzip(), collect);
  else if (encoding === undefined || encoding === 'identity') await collect(request);
  else throw new RefusedError(`this local ClickHouse reads Content-Encoding gzip, not ${encoding}`);
  return Buffer.concat(chunks, bytes);
}

async function sendResult(
  response: ServerResponse,
  asked: StatementRequest,
  result: Result,
  timezone: string,
): Promise<void> {
  const body = asked.gzipAnswer ? await gzipped(result.bytes) : result.bytes;
  response.writeHead(200, {
    'content-type': 'text/plain; charset=UTF-8',
    'content-length': body.length,
    ...(asked.gzipAnswer && { 'content-encoding': 'gzip' }),
    'x-clickhouse-query-id': asked.queryId ?? randomUUID(),
    'x-clickhouse-format': asked.statement.format,
    'x-clickhouse-timezone': timezone,
    'x-clickhouse-summary': JSON.stringify({
      read_rows: String(result.readRows),
      read_bytes: String(result.readBytes),
      written_rows: String(result.writtenRows),
      written_bytes: String(result.writtenBytes),
      total_rows_to_read: '0',
      result_rows: '0',
      result_bytes: String(result.bytes.length),
      elapsed_ns: String(Math.round(result.seconds * 1e9)),
    }),
  });
  response.end(body);
}

const gzipped = promisify(gzip);

/** The engine's own text, `Code: 60. DB::Exception: ... (UNKNOWN_TABLE)`, in the form that clients parse. */
function sendException(response: ServerResponse, error: unknown): void {
  const text =
    error instanceof RefusedError
      ? `Code: ${NOT_IMPLEMENTED}. DB::Exception: ${error.message}. (NOT_IMPLEMENTED)`
      : error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)\./.exec(text)?.[1] ?? UNKNOWN_EXCEPTION;
  response.writeHead(HTTP_STATUS[code] ?? 500, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-exception-code': code,
  });
  response.end(`${text}\n`);
}

const NOT_IMPLEMENTED = '48';
const UNKNOWN_EXCEPTION = '1002';

/** Where ClickHouse answers other than 500. */
const HTTP_STATUS: Readonly<Record<string, number | undefined>> = {
  6: 400, 26: 400, 27: 400, 33: 400, 36: 400, 41: 400, 43: 400, 53: 400, 62: 400, 69: 400, 70: 400, 72: 400, 117: 400,
  456: 400, 457: 400, 16: 404, 46: 404, 47: 404, 50: 404, 60: 404, 73: 404, 81: 404, 115: 404, [NOT_IMPLEMENTED]: 501,
};
