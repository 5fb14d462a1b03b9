import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, preParsingHookHandler, RequestPayload } from 'fastify';
import { sendProblem } from '../service/problem.ts';

/** Reads fold to a tenth or a thirtieth; what unfolds to more than this was made to fill the memory. */
const UNFOLDS_MOST = 64;
/** Besides, so that a few short reads may be all alike. */
const UNFOLDS_ALWAYS_BYTES = 64 * 1024;

/**
 * Reads bodies that come with Content-Encoding gzip. What they unfold to is held to the route's limit, and to a
 * multiple of what came, while it comes; every other encoding is refused.
 */
export const gunzipBody: preParsingHookHandler = (request, reply, payload, done) => {
  const encoding = encodingOf(request);
  if (encoding === 'identity') return done(null, payload);
  if (encoding !== 'gzip') return refuse(reply);
  const gunzip = createGunzip();
  let received = 0;
  let unfoldedBytes = 0;
  const unfolded = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      unfoldedBytes += chunk.length;
      next(unfoldedBytes > unfoldedMost(received) ? tooLarge() : null, chunk);
    },
  });
  payload.on('data', (chunk: Buffer) => (received += chunk.length));
  payload.on('error', (error) => unfolded.destroy(error));
  // Unpiped, not destroyed: the request is still to be answered.
  gunzip.on('error', (error) => (payload.unpipe(gunzip), unfolded.destroy(error)));
  unfolded.on('error', () => (payload.unpipe(gunzip), gunzip.destroy()));
  reply.raw.once('close', () => (gunzip.destroy(), unfolded.destroy()));
  // Fastify holds Content-Length against it.
  Object.defineProperty(unfolded, 'receivedEncodedLength', { get: () => received });
  done(null, payload.pipe(gunzip).pipe(unfolded) as RequestPayload);
};

/** What a body of this length may come to in memory, in bytes. */
export function bytesUnfolded(request: FastifyRequest, length: number): number {
  return encodingOf(request) === 'identity' ? length : unfoldedMost(length);
}

function unfoldedMost(length: number): number {
  return UNFOLDS_ALWAYS_BYTES + UNFOLDS_MOST * length;
}

function encodingOf({ headers }: FastifyRequest): string {
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  return encoding === 'x-gzip' ? 'gzip' : encoding;
}

function tooLarge(): Error {
  return Object.assign(new Error('the body unfolds to too much'), { statusCode: 413 });
}

function refuse(reply: FastifyReply): void {
  reply.header('accept-encoding', 'gzip');
  sendProblem(reply, { status: 415, title: 'Unsupported content encoding', detail: 'Send it with gzip, or as it is.' });
}
