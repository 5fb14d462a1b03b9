import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem, type Problem } from '../service/problem.ts';

export const NOT_YOUR_GARAGE: Problem = {
  status: 403, title: 'Not a garage of this key', detail: '`/v1/garages` lists those that the key is for.',
};

/** Answers what `read` finds, or 503 when Redis or the warehouse can't be asked. */
export async function orAway(reply: FastifyReply, logger: Logger, read: () => Promise<object>): Promise<object> {
  try {
    return await read();
  } catch (error) {
    logger.warn({ err: error, requestId: reply.request.id }, 'a question could not be answered');
    reply.header('retry-after', 2);
    return sendProblem(reply, {
      status: 503,
      title: 'Away for the moment',
      detail: 'What would know the answer does not answer; try again.',
    });
  }
}
