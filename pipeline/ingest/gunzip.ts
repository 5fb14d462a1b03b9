import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, preParsingHookHandler, RequestPayload } from 'fastify';
import { sendProblem } from '../service/problem.ts';

/**
 * Reads bodies that come with Content-Encoding gzip. What they unfold to is held to the route's limit as it comes, so that a
 * small body can't fill the memory; every other encoding is refused.
 */
export const gunzipBody: preParsingHookHandler = (request, reply, payload, done) => {
  const encoding = encodingOf(request);
  if (encoding === 'identity') return done(null, payload);
  if (encoding !== 'gzip') return refuse(reply);
  const unfolded = createGunzip();
  let received = 0;
  payload.on('data', (chunk: Buffer) => (received += chunk.length));
  payload.on('error', (error) => unfolded.destroy(error));
  payload.pipe(unfolded);
  unfolded.once('error', () => payload.unpipe(unfolded));
  // A body that is refused half read is not read on.
  reply.raw.once('close', () => unfolded.destroy());
  // Fastify holds Content-Length against it.
  Object.defineProperty(unfolded, 'receivedEncodedLength', { get: () => received });
  done(null, unfolded as RequestPayload);
};

/** Whether a body's length tells nothing of what it unfolds to. */
export function isEncoded(request: FastifyRequest): boolean {
  return encodingOf(request) !== 'identity';
}

function encodingOf({ headers }: FastifyRequest): string {
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  return encoding === 'x-gzip' ? 'gzip' : encoding;
}

function refuse(reply: FastifyReply): void {
  reply.header('accept-encoding', 'gzip');
  sendProblem(reply, { status: 415, title: 'Unsupported content encoding', detail: 'Send it with gzip, or as it is.' });
}
