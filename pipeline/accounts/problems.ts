import type { FastifyInstance, FastifyReply } from 'fastify';
import { WarehouseAwayError } from '../warehouse/rows-from.ts';
import { UnknownOutcomeError } from '../payments/gateway.ts';
import { sendProblem, type Problem } from '../service/problem.ts';
import { LateError, StandbyError } from './account-writer.ts';
import { BusyError, RefusedError, type Refusal } from './refused.ts';

/** Passwords were tried too often. */
export class TooManyAttemptsError extends Error {
  override name = 'TooManyAttemptsError';
  readonly retrySeconds: number;
  constructor(retrySeconds: number) {
    super('too many attempts');
    this.retrySeconds = retrySeconds;
  }
}

/** Lets routes throw what rules and the writer throw; anything else is for the server's own handler. */
export function answerRefusals(app: FastifyInstance): void {
  const others = app.errorHandler;
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof RefusedError) {
      const { status, title } = REFUSALS[error.refusal];
      if (status === 401) reply.header('www-authenticate', 'Bearer');
      return sendProblem(reply, { status, title, detail: error.message });
    }
    if (error instanceof TooManyAttemptsError) return later(reply, TOO_MANY, error.retrySeconds);
    if (error instanceof StandbyError) return sendStandby(reply);
    if (error instanceof BusyError) return later(reply, BUSY);
    if (error instanceof LateError) return later(reply, LATE);
    if (error instanceof WarehouseAwayError) return later(reply, WAREHOUSE_AWAY, WAREHOUSE_RETRY_SECONDS);
    if (error instanceof UnknownOutcomeError) return later(reply, GATEWAY_AWAY);
    return others(error as never, request, reply);
  });
}

export function sendStandby(reply: FastifyReply): FastifyReply {
  return later(reply, STANDBY);
}

export function sendUnauthorised(reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer');
  return sendProblem(reply, {
    status: 401, title: 'Not logged in',
    detail: 'Send an access token that is still good: refresh the session, or log in.',
  });
}

const REFUSALS: Readonly<Record<Refusal, { readonly status: number; readonly title: string }>> = {
  'too-many-vehicles': { status: 409, title: 'Too many vehicles' },
  'vehicle-twice': { status: 400, title: 'Vehicle twice' },
  taken: { status: 409, title: 'Taken' },
  'vehicle-taken': { status: 409, title: 'Vehicle taken' },
  'email-taken': { status: 409, title: 'E-mail address taken' },
  'bad-credentials': { status: 401, title: 'Wrong credentials' },
  'unknown-account': { status: 404, title: 'No such account' },
  'no-card-registration': { status: 409, title: 'No card registration' },
  'card-not-verified': { status: 409, title: 'Card not verified' },
  'card-not-taken': { status: 409, title: 'Card not taken' },
  'bad-cursor': { status: 400, title: 'Bad cursor' },
  'changed-too-often': { status: 409, title: 'Changed too often' },
};

const RETRY_SECONDS = 1;
const STANDBY: Problem = {
  status: 503, title: 'Standby',
  detail: 'Another instance serves the accounts now: send the same request again after Retry-After seconds.',
};
const TOO_MANY: Problem = { status: 429, title: 'Too many attempts', detail: 'Try again after Retry-After seconds.' };
const BUSY: Problem = { status: 503, title: 'Busy', detail: 'Send the same request again after Retry-After seconds.' };
const LATE: Problem = {
  status: 503, title: 'Outcome unknown',
  detail: 'It may have been done or not: look at the account, or send the same request again.',
};
const GATEWAY_AWAY: Problem = {
  status: 503, title: 'Payment gateway away',
  detail: 'Nothing was changed: send the same request again after Retry-After seconds.',
};
const WAREHOUSE_RETRY_SECONDS = 2;
const WAREHOUSE_AWAY: Problem = {
  status: 503, title: 'Away for the moment',
  detail: 'What would know the answer does not answer: try again after Retry-After seconds.',
};

function later(reply: FastifyReply, problem: Problem, seconds = RETRY_SECONDS): FastifyReply {
  reply.header('retry-after', seconds);
  return sendProblem(reply, problem);
}
