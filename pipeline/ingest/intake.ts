import type {
  FastifyReply, FastifyRequest, onRequestHookHandler, onResponseHookHandler, preParsingHookHandler,
} from 'fastify';
import type { Logger } from 'pino';
import { AppendOverloadedError } from '../kafka/appender.ts';
import { sendProblem } from '../service/problem.ts';
import { newByteBudget } from './byte-budget.ts';
import { NOT_YOURS, type Rejected } from './check-items.ts';
import { bytesUnfolded, gunzipBody } from './gunzip.ts';
import type { IngestMetrics } from './metrics.ts';

/** Bodies of all requests in flight together; what they become in memory is a few times that. */
const MAX_BYTES_IN_FLIGHT = 32 * 1024 * 1024;
/** Of one key: who sends slowly, or far too much, leaves the other half to the others. */
const MAX_BYTES_OF_KEY = MAX_BYTES_IN_FLIGHT / 2;

const OVERLOADED_RETRY_SECONDS = 1;
const UNAVAILABLE_RETRY_SECONDS = 5;

export interface IntakeParts {
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
}

/** What a request has brought, once checked. */
export interface Brought {
  readonly accepted: number;
  /** Events of cameras that nobody has configured yet; only routes of cameras tell of them. */
  readonly held?: number;
  readonly rejected: readonly Rejected[];
  /** Stands in the 202 besides. */
  readonly acknowledgement?: Readonly<Record<string, boolean>> | undefined;
  /** Writes them; resolves when all in-sync replicas have them. */
  store(): Promise<void>;
}

/** What all routes that take reads have in common: room for the body before it is read, and the answer at the end. */
export interface Intake {
  /** Hooks for the route; `bodyLimit` is counted for a request that does not tell its length. */
  hooks(bodyLimit: number): {
    readonly onRequest: onRequestHookHandler;
    readonly preParsing: preParsingHookHandler;
    readonly onResponse: onResponseHookHandler;
  };
  /** 202 once the brokers have the good ones; 429 or 503 with Retry-After when they can't be written now. */
  answer(reply: FastifyReply, brought: Brought): Promise<FastifyReply>;
}

/** One for all routes of a server: they share one budget. */
export function newIntake({ metrics, logger }: IntakeParts): Intake {
  const budget = newByteBudget(MAX_BYTES_IN_FLIGHT, MAX_BYTES_OF_KEY);
  return {
    hooks: (bodyLimit) => ({
      preParsing: gunzipBody,
      async onRequest(request, reply) {
        const bytes = bodyBytes(request, bodyLimit);
        const { keyId } = request.caller;
        if (!budget.take(keyId, bytes)) return overloaded(reply);
        metrics.bytesInFlight.set(budget.taken);
        // 'close' comes once for every request, answered or broken off.
        reply.raw.once('close', () => {
          budget.release(keyId, bytes);
          metrics.bytesInFlight.set(budget.taken);
        });
      },
      async onResponse(_request, reply) {
        metrics.requests.inc({ status: reply.statusCode });
        metrics.requestDuration.observe(reply.elapsedTime / 1000);
      },
    }),
    async answer(reply, { accepted, held, rejected, acknowledgement, store }) {
      for (const { field } of rejected) metrics.rejected.inc({ field: field.replace(/\[\d+\]/, '') });
      if (accepted + (held ?? 0) === 0 && rejected.length > 0) {
        if (rejected.every(({ reason }) => reason === NOT_YOURS)) {
          return sendProblem(reply, {
            status: 403, title: 'Not a garage of this key', rejected,
            detail:
              'Send reads of garages that are configured as those of the key\'s operator, and that the key is for.',
          });
        }
        return sendProblem(reply, {
          status: 400, title: 'No valid read', detail: 'None of the reads is valid; `rejected` tells why.', rejected,
        });
      }
      try {
        await store();
      } catch (error) {
        if (error instanceof AppendOverloadedError) return overloaded(reply);
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn(
          { reason, reads: accepted, held, requestId: reply.request.id },
          'reads could not be written; the client was told to send them again',
        );
        reply.header('retry-after', UNAVAILABLE_RETRY_SECONDS);
        return sendProblem(reply, {
          status: 503, title: 'Reads can not be stored now',
          detail: 'Send the same request again after Retry-After seconds.',
        });
      }
      metrics.accepted.inc(accepted);
      return reply.code(202).send({ accepted, held, rejected, ...acknowledgement });
    },
  };
}

function overloaded(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', OVERLOADED_RETRY_SECONDS);
  return sendProblem(reply, {
    status: 429, title: 'Too many reads at once', detail: 'Send the same request again after Retry-After seconds.',
  });
}

function bodyBytes(request: FastifyRequest, unknown: number): number {
  const length = Number(request.headers['content-length']);
  return Number.isInteger(length) && length >= 0 ? Math.min(bytesUnfolded(request, length), unknown) : unknown;
}
