import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../service/problem.ts';
import type { Problem } from '../service/problem.ts';
import type { TokenOf } from './credentials.ts';
import type { Caller, KeyRing } from './key-ring.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route behind `requireKeys`. */
    caller: Caller;
  }
}

/** The same whatever is wrong with the key, or when there is none. */
export const noValidKey: Problem = {
  status: 401,
  title: 'No valid API key',
  detail: 'Send a valid key as `Authorization: Bearer KEY`, as `X-API-Key: KEY`, or as the password of HTTP Basic.',
};

export interface RequireKeys {
  readonly keyRing: KeyRing;
  readonly tokenOf: TokenOf;
  /** The WWW-Authenticate of a 401. */
  readonly challenge: string;
}

/**
 * Lets only requests with a valid key reach the routes of this instance; the others get 401 before their body comes.
 */
export function requireKeys(app: FastifyInstance, { keyRing, tokenOf, challenge }: RequireKeys): void {
  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onRequest', (request, reply, done) => {
    const token = tokenOf(request);
    const caller = token === null ? null : keyRing.callerOf(token);
    if (caller === null) {
      reply.header('www-authenticate', challenge);
      sendProblem(reply, noValidKey);
      return;
    }
    request.caller = caller;
    done();
  });
}
