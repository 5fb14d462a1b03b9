import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppendOverloadedError } from '../kafka/appender.ts';
import type { CameraRead } from '../records/records.ts';
import { sendProblem } from '../service/problem.ts';
import { newByteBudget } from './byte-budget.ts';
import { checkItems, NOT_YOURS } from './check-items.ts';
import { contractFormat } from './formats/contract.ts';
import type { IngestMetrics } from './metrics.ts';

/** Writes reads to `parking.reads`; resolves when all in-sync replicas have them. */
export interface ReadsWriter {
  /**
   * @throws {AppendOverloadedError} nothing was written: too much waits already
   * @throws any other error: some may be written, and none is promised
   */
  write(reads: readonly CameraRead[]): Promise<void>;
}

export const MAX_READS = 1_000;

/** Bodies of all requests in flight together; what they become in memory is a few times that. */
const MAX_BYTES_IN_FLIGHT = 32 * 1024 * 1024;
/** Of one key: who sends slowly, or far too much, leaves the other half to the others. */
const MAX_BYTES_OF_KEY = MAX_BYTES_IN_FLIGHT / 2;

const OVERLOADED_RETRY_SECONDS = 1;
const UNAVAILABLE_RETRY_SECONDS = 5;

export interface ReadsRouteParts {
  readonly writer: ReadsWriter;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  /** Counted for a request that does not tell its length. */
  readonly maxBodyBytes: number;
}

/**
 * POST /v1/reads: one read or an array of up to 1,000. 202 once the brokers have the good ones, with what was
 * rejected; 400 when none is good, 403 when none is of the caller's garages; 429 or 503 with Retry-After when they can't be written now. A client that
 * gets no 202 sends the same again: a repeated readId makes no second passage.
 */
export function readsRoute(app: FastifyInstance, parts: ReadsRouteParts): void {
  const { writer, metrics, logger } = parts;
  const budget = newByteBudget(MAX_BYTES_IN_FLIGHT, MAX_BYTES_OF_KEY);

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    const bytes = bodyBytes(request, parts.maxBodyBytes);
    const { keyId } = request.caller;
    if (!budget.take(keyId, bytes)) return overloaded(reply);
    metrics.bytesInFlight.set(budget.taken);
    // 'close' comes once for every request, answered or broken off.
    reply.raw.once('close', () => {
      budget.release(keyId, bytes);
      metrics.bytesInFlight.set(budget.taken);
    });
  };

  const answered = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    metrics.requests.inc({ status: reply.statusCode });
    metrics.requestDuration.observe(reply.elapsedTime / 1000);
  };

  app.post('/v1/reads', { onRequest: admit, onResponse: answered }, async (request, reply) => {
    const items = contractFormat.items(request.body);
    if (items === null) {
      return sendProblem(reply, { status: 400, title: 'No read', detail: 'Send a read as an object, or an array of them.' });
    }
    if (items.length === 0) {
      return sendProblem(reply, { status: 400, title: 'No read', detail: 'The array is empty.' });
    }
    if (items.length > MAX_READS) {
      return sendProblem(reply, {
        status: 413, title: 'Content too large', detail: `Send at most ${MAX_READS} reads in one request.`,
      });
    }
    const { reads, rejected } = checkItems(items, contractFormat, request.caller, Date.now());
    for (const { field } of rejected) metrics.rejected.inc({ field: field.replace(/\[\d+\]/, '') });
    if (reads.length === 0) {
      if (rejected.every(({ reason }) => reason === NOT_YOURS)) {
        return sendProblem(reply, {
          status: 403, title: 'Not a garage of this key', rejected,
          detail: 'Send reads of garages that are configured as those of the key\'s operator, and that the key is for.',
        });
      }
      return sendProblem(reply, {
        status: 400, title: 'No valid read', detail: 'None of the reads is valid; `rejected` tells why.', rejected,
      });
    }
    try {
      await writer.write(reads);
    } catch (error) {
      if (error instanceof AppendOverloadedError) return overloaded(reply);
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ reason, reads: reads.length, requestId: request.id }, 'reads could not be written; the client was told to send them again');
      reply.header('retry-after', UNAVAILABLE_RETRY_SECONDS);
      return sendProblem(reply, {
        status: 503, title: 'Reads can not be stored now', detail: 'Send the same request again after Retry-After seconds.',
      });
    }
    metrics.accepted.inc(reads.length);
    return reply.code(202).send({ accepted: reads.length, rejected });
  });
}

function overloaded(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', OVERLOADED_RETRY_SECONDS);
  return sendProblem(reply, {
    status: 429, title: 'Too many reads at once', detail: 'Send the same request again after Retry-After seconds.',
  });
}

function bodyBytes(request: FastifyRequest, unknown: number): number {
  const length = Number(request.headers['content-length']);
  return Number.isInteger(length) && length >= 0 ? Math.min(length, unknown) : unknown;
}
