import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../access/key-ring.ts';
import type { CameraRead } from '../records/records.ts';
import { sendProblem } from '../service/problem.ts';
import { checkItems, type Rejected } from './check-items.ts';
import { contractItems } from './contract.ts';
import type { Brought, Intake } from './intake.ts';
import { ndjsonItems, takeNdjson } from './ndjson.ts';
import { MAX_READS, READS_ROUTE_SCHEMA } from './reads-schema.ts';

/** Writes reads to `parking.reads`; resolves when all in-sync replicas have them. */
export interface ReadsWriter {
  /**
   * @throws {AppendOverloadedError} nothing was written: too much waits already
   * @throws any other error: some may be written, and none is promised
   */
  write(reads: readonly CameraRead[]): Promise<void>;
}

/** About 1,000 reads with all the candidates there may be; most requests are a hundredth of it. */
export const MAX_READS_BODY_BYTES = 2 * 1024 * 1024;

/**
 * POST /v1/reads: one read, an array of up to 1,000, or a stream of lines (NDJSON) as long as a request may take. 202
 * once the brokers have the good ones, with what was rejected; 400 when none is good, 403 when none is of the caller's
 * garages; 429 or 503 with Retry-After when they can't be written now. A client that gets no 202 sends the same again:
 * a repeated readId makes no second passage.
 */
export function readsRoute(app: FastifyInstance, intake: Intake, writer: ReadsWriter): void {
  const options = {
    schema: READS_ROUTE_SCHEMA,
    // Reads are checked one by one below.
    validatorCompiler: () => () => true,
    bodyLimit: MAX_READS_BODY_BYTES,
    ...intake.hooks(MAX_READS_BODY_BYTES),
  };
  takeNdjson(app);
  app.post('/v1/reads', options, async (request, reply) => {
    if (request.body instanceof Readable) {
      return intake.answer(reply, await storeStream(request.body, request.caller, writer));
    }
    const items = contractItems(request.body);
    if (items === null) {
      return sendProblem(reply, {
        status: 400,
        title: 'No read',
        detail: 'Send a read as an object, or an array of them.',
      });
    }
    if (items.length === 0) {
      return sendProblem(reply, { status: 400, title: 'No read', detail: 'The array is empty.' });
    }
    if (items.length > MAX_READS) {
      return sendProblem(reply, {
        status: 413, title: 'Content too large', detail: `Send at most ${MAX_READS} reads in one request.`,
      });
    }
    const { reads, rejected } = checkItems(items, request.caller, Date.now());
    return intake.answer(reply, { accepted: reads.length, rejected, store: () => writer.write(reads) });
  });
}

/** Stores a stream's reads as they come; after the first that can't be stored no more is read. */
async function storeStream(stream: Readable, caller: Caller, writer: ReadsWriter): Promise<Brought> {
  const rejected: Rejected[] = [];
  let accepted = 0;
  let seen = 0;
  for await (const items of ndjsonItems(stream, MAX_READS)) {
    const checked = checkItems(items, caller, Date.now());
    for (const each of checked.rejected) {
      if (rejected.length < MAX_READS) rejected.push({ ...each, index: each.index + seen });
    }
    seen += items.length;
    if (checked.reads.length === 0) continue;
    try {
      await writer.write(checked.reads);
    } catch (error) {
      return { accepted, rejected, store: () => Promise.reject(error) };
    }
    accepted += checked.reads.length;
  }
  if (seen === 0) throw Object.assign(new Error('the stream is empty'), { statusCode: 400 });
  return { accepted, rejected, store: () => Promise.resolve() };
}
