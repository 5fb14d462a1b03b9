import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** What went wrong with a request, as RFC 9457 has it; `type` comes from the title and `instance` from the request. */
export interface Problem {
  readonly status: number;
  /** The same for every problem of its kind. */
  readonly title: string;
  /** What to do about it. Never holds what the client sent: it may be a plate or a key. */
  readonly detail: string;
  readonly [more: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problemBody(problem, reply.request.id));
}

/** @param requestId stands in the log beside what is not the client's business */
export function problemBody({ status, title, detail, ...more }: Problem, requestId: string): object {
  return { type: problemType(title), title, status, detail, instance: `urn:uuid:${requestId}`, ...more };
}

/** A name that stays: clients may go by it. "No valid read" is `urn:bomfri:problem:no-valid-read`. */
function problemType(title: string): string {
  return `urn:bomfri:problem:${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

/** Lets a server answer everything that goes wrong as a problem, without telling more than the client's part in it. */
export function answerProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { status: 404, title: 'Not found', detail: 'There is nothing at this address.' }));
  app.setErrorHandler((error, request, reply) => answerError(error as FastifyError, request, reply, logger));
}

/** A request that failed before or in its handler: what is wrong with it, or 500 and a line in the log. */
export function answerError(
  error: FastifyError, request: FastifyRequest, reply: FastifyReply, logger: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status < 500) return sendProblem(reply, clientProblem(status, error));
  logger.error({ err: error, requestId: request.id }, 'a request failed');
  return sendProblem(reply, { status, title: 'Internal error', detail: 'It is not your request; try again later.' });
}

function clientProblem(status: number, error: FastifyError): Problem {
  if (error.validation !== undefined) return { status, title: 'Bad request', detail: `${error.message}.` };
  switch (status) {
    case 413: return { status, title: 'Content too large', detail: 'Send it in several smaller requests.' };
    case 414: return { status, title: 'Address too long', detail: 'No id in an address is that long.' };
    case 415: return {
      status,
      title: 'Unsupported media type',
      detail: 'Send JSON, with Content-Type: application/json.',
    };
    case 429: return { status, title: 'Too many requests', detail: 'Send it again after Retry-After seconds.' };
    // A parser's message may quote the body, and the router's the address.
    default: return { status, title: STATUS_CODES[status] ?? 'Bad request', detail: detailOf(error) };
  }
}

function detailOf(error: FastifyError): string {
  return error.code?.startsWith('FST_ERR_CTP') ? `${error.message}.` : 'The request is not well-formed.';
}
