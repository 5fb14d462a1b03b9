import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';

/** What went wrong with a request, as RFC 9457 has it. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What to do about it. */
  readonly detail: string;
  readonly [more: string]: unknown;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** Lets a server answer everything that goes wrong as a problem, without telling more than the client's part in it. */
export function answerProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, { status: 404, title: 'Not found', detail: `There is no ${request.method} at this address.` }));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, clientProblem(status, error));
    logger.error({ err: error }, 'a request failed');
    return sendProblem(reply, { status, title: 'Internal error', detail: 'It is not your request; try again later.' });
  });
}

function clientProblem(status: number, error: FastifyError): Problem {
  switch (status) {
    case 413: return { status, title: 'Content too large', detail: 'Send it in several smaller requests.' };
    case 415: return { status, title: 'Unsupported media type', detail: 'Send JSON, with Content-Type: application/json.' };
    // A parser's message may quote the body.
    default: return { status, title: 'Bad request', detail: error.code?.startsWith('FST_') ? error.message : 'The body is not well-formed.' };
  }
}
