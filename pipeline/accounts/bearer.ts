import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessTokens, Bearer } from './access-tokens.ts';
import type { Directory } from './directory.ts';
import { sendUnauthorised } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose access token came with the request; null on routes that need none. */
    bearer: Bearer | null;
  }
}

/** Lets only those in who show an access token that is good and whose session goes on. */
export function requireBearer(app: FastifyInstance, tokens: AccessTokens, directory: Directory): void {
  app.decorateRequest('bearer', null);
  app.addHook('onRequest', async (request, reply) => {
    // Whatever is behind it is somebody's own.
    reply.header('cache-control', 'no-store');
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    const bearer = scheme?.toLowerCase() === 'bearer' && token ? await tokens.verify(token) : null;
    const sessions = bearer === null ? [] : directory.details(bearer.accountId)?.sessions ?? [];
    if (!sessions.some(({ sessionId }) => sessionId === bearer!.sessionId)) return sendUnauthorised(reply);
    request.bearer = bearer;
  });
}

/** @throws on a route that `requireBearer` does not guard */
export function bearerOf(request: FastifyRequest): Bearer {
  if (request.bearer === null) throw new Error('a route asks for the bearer without requiring one');
  return request.bearer;
}
