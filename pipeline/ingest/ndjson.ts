import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/** About 200,000 reads: what does not end is no request. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024;

/** Leaves newline-delimited JSON to the handler as a stream. */
export function takeNdjson(app: FastifyInstance): void {
  app.addContentTypeParser(NDJSON_TYPES, (_request, payload, done) => done(null, payload));
}

/**
 * The lines' values as they come, up to `most` at a time, so that a long stream takes no more memory than a short one.
 * A line that is no JSON is undefined and costs no other; empty lines are passed over.
 * @throws an error with the HTTP status: 413 too long, 400 broken off or not what its encoding says
 */
export async function* ndjsonItems(stream: Readable, most: number): AsyncGenerator<unknown[]> {
  let items: unknown[] = [];
  let rest = '';
  let received = 0;
  const decoder = new TextDecoder();
  for await (const chunk of wellFormed(stream)) {
    received += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    if (received > MAX_STREAM_BYTES || rest.length > MAX_LINE_BYTES) {
      throw withStatus(413, 'the stream or a line of it is too long');
    }
    for (const line of lines) {
      if (line.trim() !== '') items.push(valueOf(line));
      if (items.length < most) continue;
      yield items;
      items = [];
    }
  }
  if (rest.trim() !== '') items.push(valueOf(rest));
  if (items.length > 0) yield items;
}

async function* wellFormed(stream: Readable): AsyncGenerator<Buffer> {
  try {
    // Destroyed, a request could not be answered any more.
    yield* stream.iterator({ destroyOnReturn: false });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== undefined) throw error;
    throw withStatus(400, 'the body is broken off, or not what its Content-Encoding says', error);
  }
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function withStatus(statusCode: number, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { statusCode });
}
