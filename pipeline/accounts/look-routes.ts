import type { FastifyInstance } from 'fastify';
import type { AccessQuery, LookRow } from '../privacy/access-query.ts';
import { bearerOf } from './bearer.ts';
import { looksSchema } from './document-schemas.ts';
import { cursorIn, nextOf, type PageQuery } from './page-cursor.ts';
import { requireAllowed } from './session-routes.ts';

const LISTS_OF_ACCOUNT = { max: 120, timeWindow: '1 minute' };

/** A driver is told who else was shown their data, by the access log: whose it is comes from the access token alone. */
export function lookRoutes(app: FastifyInstance, query: AccessQuery): void {
  const lists = app.createRateLimit({
    ...LISTS_OF_ACCOUNT,
    keyGenerator: (request) => `looks of ${bearerOf(request).accountId}`,
  });

  app.get<{ Querystring: PageQuery }>('/v1/account/looks', {
    schema: looksSchema, preHandler: (request) => requireAllowed(lists, request),
  }, async (request) => {
    const { limit } = request.query;
    const cursor = cursorIn(request.query, 'instant');
    const { accountId } = bearerOf(request);
    const looks = await query.looks({ accountId }, limit, cursor && { at: cursor[0], entryId: cursor[1] });
    const last = looks.at(-1);
    return {
      looks: looks.map(lookView),
      next: nextOf('/v1/account/looks', limit, looks.length, last && [last.at, last.entryId]),
    };
  });
}

/** Which person it was is between them and who they work for; that is told. */
function lookView({ at, actorName, view, garageId, subjects }: LookRow): object {
  const ids = (kind: string): string[] =>
    subjects.filter((subject) => subject.startsWith(kind)).map((subject) => subject.slice(kind.length));
  return {
    at: new Date(at).toISOString(), by: actorName || 'the service', view,
    garageId, visitIds: ids('visit '), documentIds: ids('document '),
  };
}
